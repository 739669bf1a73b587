import { randomBytes } from 'node:crypto';
import { type Call, lacksAuthority } from '../util/call.ts';
import type { KubeClient } from './client.ts';
import { kubeTime } from './conditions.ts';
import { isNamespaceTerminating, isNotFound } from './errors.ts';
import { mergePatch } from './json-patch.ts';
import type { Permission } from './permission.ts';
import type { KubeInput, KubeObject, ResourceKind } from './resource.ts';

/*
 * Tells people what happened to an object, where `kubectl describe` and `kubectl get events` show it.
 *
 * Core `v1` Events, because they are what kubectl reads and counts up. The same event (object, type, reason, message)
 * within ten minutes raises the count of the one that is there. An object that has much to tell is cut short: a burst
 * first, then one in five minutes, as client-go does it, so that a loop cannot fill etcd. An event that could not be
 * written is logged and forgotten: it is a courtesy, and no pass waits for it or fails by it.
 */

/** What to tell; `message` is a sentence without secrets, the same for the same cause, so that repetitions are seen as such. */
export interface EventInput {
  readonly type: 'Normal' | 'Warning';
  /** One CamelCase word: why it is told. */
  readonly reason: string;
  readonly message: string;
}

/** Core `v1` Event, as far as it is written here. */
export interface KubeEvent extends KubeObject {
  readonly involvedObject: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly type: EventInput['type'];
  readonly reason: string;
  readonly message: string;
  readonly source: { readonly component: string };
  readonly reportingComponent: string;
  readonly reportingInstance: string;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly count: number;
}

/** Core `v1` Events. */
export const eventKind: ResourceKind<KubeEvent> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** What an {@link EventRecorder} asks. */
export const eventPermissions: Permission = { kind: eventKind, verbs: ['create', 'patch'] };

const SAME_EVENT_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;
const WRITE_TIMEOUT_MS = 10_000;
/** Bounds memory; what is dropped begins a new event when it happens again. */
const REMEMBERED = 4_096;

/** Who tells, and through which client. */
export interface EventRecorderOptions {
  /** Who tells: `cloud-manager`. */
  readonly component: string;
  /** Which replica. */
  readonly instance: string;
  /** Binds a client to the event's own call. */
  readonly clientFor: (call: Call) => KubeClient;
  /** Hears when `pending` has changed. */
  readonly onChange?: () => void;
}

interface Told {
  readonly key: { readonly namespace: string; readonly name: string };
  readonly lastMs: number;
  readonly count: number;
}

/** Tells events, counts repetitions up, and cuts short what tells too much. *Guarantees*: no caller waits or fails by it. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  /** What was told last, by its text; a promise, so that repetitions follow each other. */
  readonly #told = new Map<string, Promise<Told | undefined>>();
  readonly #budgets = new Map<string, { readonly left: number; readonly atMs: number }>();
  #pending = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** How many events are being written. */
  get pending(): number {
    return this.#pending;
  }

  /** Tells an event about `object`, by the authority of `call`; returns at once and never throws. */
  record(call: Call, object: KubeObject, event: EventInput): void {
    if (call.mode !== 'apply') return;
    if (!this.#hasBudget(object.metadata.uid, call.clock.monotonicMs())) return;
    const text = [object.metadata.uid, event.type, event.reason, event.message].join('\n');
    const before = this.#told.get(text) ?? Promise.resolve(undefined);
    this.#pending += 1;
    // Moved to the end: the map forgets what was told longest ago.
    this.#told.delete(text);
    this.#told.set(text, this.#write(call, object, event, before));
    forgetOldest(this.#told);
  }

  /** Resolves when all events told so far are written or given up. */
  async whenWritten(): Promise<void> {
    await Promise.all(this.#told.values());
  }

  async #write(
    call: Call,
    object: KubeObject,
    event: EventInput,
    before: Promise<Told | undefined>,
  ): Promise<Told | undefined> {
    const ending = new AbortController();
    const cancel = call.clock.schedule(WRITE_TIMEOUT_MS, () => ending.abort(new Error('The event took too long')));
    // The pass may end before its events are written.
    const deadlineMs = call.clock.monotonicMs() + WRITE_TIMEOUT_MS;
    const client = this.#options.clientFor({ ...call, signal: ending.signal, deadlineMs });
    const nowMs = call.clock.now();
    try {
      return (await repeat(client, await before, nowMs)) ?? (await this.#create(client, object, event, nowMs));
    } catch (error) {
      // Nobody reads the Events of a namespace that goes, and its server takes no more of them.
      if (isNamespaceTerminating(error))
        call.log.debug({ reason: event.reason }, 'Event not written: its namespace goes');
      else if (lacksAuthority(error)) call.log.debug({ reason: event.reason }, 'Event not written: the lease ended');
      else call.log.warn({ reason: event.reason, error }, 'Event could not be written');
      return undefined;
    } finally {
      cancel();
      this.#pending -= 1;
      this.#options.onChange?.();
    }
  }

  async #create(client: KubeClient, object: KubeObject, event: EventInput, nowMs: number): Promise<Told> {
    const { component, instance } = this.#options;
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const key = {
      // Events about objects without a namespace live in `default`.
      namespace: namespace ?? 'default',
      name: `${name.slice(0, 230).replace(/[-.]+$/, '')}.${randomBytes(8).toString('hex')}`,
    };
    const created: KubeInput<KubeEvent> = {
      ...event,
      metadata: key,
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        ...(namespace !== undefined && { namespace }),
        name,
        uid,
        resourceVersion,
      },
      source: { component },
      reportingComponent: component,
      reportingInstance: instance,
      firstTimestamp: kubeTime(nowMs),
      lastTimestamp: kubeTime(nowMs),
      count: 1,
    };
    await client.create(eventKind, created);
    return { key, lastMs: nowMs, count: 1 };
  }

  #hasBudget(uid: string, nowMs: number): boolean {
    const { left, atMs } = this.#budgets.get(uid) ?? { left: BURST, atMs: nowMs };
    const now = Math.min(left + (nowMs - atMs) / REFILL_MS, BURST);
    this.#budgets.delete(uid);
    this.#budgets.set(uid, { left: now >= 1 ? now - 1 : now, atMs: nowMs });
    forgetOldest(this.#budgets);
    return now >= 1;
  }
}

/** Counts up the event that was told before; undefined when a new one is due. */
async function repeat(client: KubeClient, told: Told | undefined, nowMs: number): Promise<Told | undefined> {
  if (told === undefined || nowMs - told.lastMs > SAME_EVENT_MS) return undefined;
  const count = told.count + 1;
  try {
    await client.patch(eventKind, told.key, mergePatch({ count, lastTimestamp: kubeTime(nowMs) }));
    return { ...told, count, lastMs: nowMs };
  } catch (error) {
    // API servers forget events after an hour, people delete them.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}
