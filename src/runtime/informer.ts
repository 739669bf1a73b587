import {
  createKubeClient,
  isAhead,
  isGone,
  isNotFound,
  isUnreachable,
  type KubeClient,
  type KubeConnection,
  type KubeObject,
  type ListSelection,
  type NamespacedName,
  type Permission,
  type ResourceKind,
  resourceNameOf,
} from '../kube/index.ts';
import { abortableWait } from '../util/abort.ts';
import { pauseAfter } from '../util/backoff.ts';
import { type Call, unlimitedAuthority } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Activity } from './activity.ts';
import { type Change, ObjectStore } from './object-store.ts';
import { compareRevisions } from './revision.ts';

/** What reconcilers see of an informer: objects as they were last seen, frozen. */
export interface Cache<T extends KubeObject> {
  get(key: NamespacedName): T | undefined;
  list(namespace?: string): readonly T[];
  /** *Throws* when no controller declared that index. */
  byIndex(name: string, value: string): readonly T[];
  /** Up to where changes made by others are known. */
  observedResourceVersion(): string | undefined;
}

/** Which objects are followed, and what is known of them. */
export interface InformerSelection<T extends KubeObject = KubeObject> {
  /** Undefined: all of the kind. */
  readonly labelSelector?: string | undefined;
  /** Undefined: all namespaces. */
  readonly namespace?: string | undefined;
  /** What is known of an object; undefined: it is as if it did not exist. Default: all of it. */
  readonly keep?: ((object: T) => T | undefined) | undefined;
}

export interface InformerDeps<T extends KubeObject = KubeObject> extends InformerSelection<T> {
  readonly connection: KubeConnection;
  readonly clock: Clock;
  readonly log: Logger;
  readonly activity: Activity;
  readonly random: () => number;
  /** Counts lists, the first one included. */
  readonly onList: (reason: ListReason) => void;
  /** Hears `true` when the server takes a watch, `false` when it cannot be followed: once for each failure. */
  readonly onFollowing: (isFollowing: boolean) => void;
}

/** `full`: what a watch has told since the last list came to as much as a list may be. */
export type ListReason = 'start' | 'gone' | 'full';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** A watch that ends sooner is no success: a server that closes at once must not be asked in a loop. */
const SHORT_WATCH_MS = 1_000;
/**
 * Watches end after one to two hours, so that those of a fleet do not all end together: of the eight kinds that are followed in a
 * cluster of users, one is asked for anew in some eleven minutes. That they are alive is shown by bookmarks, and by pings of the
 * connection; an API server that wants its clients elsewhere says so.
 */
const SHORTEST_WATCH_SECONDS = 3_600;

/** What an {@link Informer} asks. */
export function followPermissions(kind: ResourceKind): Permission {
  return { kind, verbs: ['list', 'watch'] };
}

/**
 * Follows the objects of one kind in one cluster, all or those of a selection.
 *
 * *States*: listing → watching ⇄ pausing (after a failure; grows, jittered; when the server is away, until there is a way to
 * it, which is looked for once for all informers of a connection) → watching from the last seen revision; back to listing
 * only when the server has forgotten that revision (410), or has not come as far (its etcd was restored), or watches have told
 * as much as a list may hold: whether there is so much the next list shows, so that more than that is never kept.
 * *Guarantees*: see {@link ObjectStore}; objects stay readable while the server is away. `isSynced` is true from the first
 * complete list on.
 */
export class Informer<T extends KubeObject> implements Cache<T> {
  readonly kind: ResourceKind<T>;
  readonly #deps: InformerDeps<T>;
  readonly #log: Logger;
  readonly #store = new ObjectStore<T>();
  readonly #waiters = new Set<() => void>();
  #resumeFrom: string | undefined;
  /** Characters that watches have told since the last list. */
  #toldSinceList = 0;
  #expected: string | undefined;
  #failures = 0;
  #problem: string | undefined;
  /** The problem that the log has told: each is told once, until the server is followed again. */
  #told: string | undefined;

  constructor(kind: ResourceKind<T>, deps: InformerDeps<T>) {
    this.kind = kind;
    this.#deps = deps;
    this.#log = deps.log.child({ resource: resourceNameOf(kind), cluster: deps.connection.cluster });
  }

  /** Whether it follows just these objects, and keeps the same of them. */
  hasSelection({ labelSelector, namespace, keep }: InformerSelection): boolean {
    const own = this.#deps;
    // Functions are the same when they are one.
    return own.labelSelector === labelSelector && own.namespace === namespace && own.keep === keep;
  }

  get isSynced(): boolean {
    return this.#store.observedRevision !== undefined;
  }

  /** Why the server is not being followed just now; undefined when it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get size(): number {
    return this.#store.size;
  }

  get(key: NamespacedName): T | undefined {
    return this.#store.get(key);
  }

  list(namespace?: string): readonly T[] {
    return this.#store.list(namespace);
  }

  byIndex(name: string, value: string): readonly T[] {
    return this.#store.byIndex(name, value);
  }

  observedResourceVersion(): string | undefined {
    return this.#store.observedRevision;
  }

  addIndex(name: string, valuesOf: (object: T) => readonly string[]): void {
    this.#store.addIndex(name, (object) => {
      try {
        return valuesOf(object);
      } catch (error) {
        // One odd object must not keep all others from being followed; it is found under no value.
        const { namespace, name: objectName } = object.metadata;
        this.#log.error({ index: name, namespace, name: objectName, error }, 'Object cannot be indexed');
        return [];
      }
    });
  }

  subscribe(subscriber: (change: Change<T>) => void): () => void {
    return this.#store.subscribe(subscriber);
  }

  subscribeToChanges(subscriber: (change: Change<T>) => void): () => void {
    return this.#store.subscribeToChanges(subscriber);
  }

  /** The answer of a write of our own; the informer counts as busy until the watch has caught up with it. */
  absorb(object: T): void {
    const { resourceVersion } = object.metadata;
    const kept = this.#kept(object);
    if (kept !== undefined) this.#store.absorb(kept);
    if (this.#expected === undefined || compareRevisions(resourceVersion, this.#expected) > 0) {
      this.#expected = resourceVersion;
    }
  }

  /** Resolves when all changes up to `revision` (default: the first list) are known. *Throws* the signal's reason. */
  whenObserved(revision: string | undefined, signal: AbortSignal): Promise<void> {
    return abortableWait(signal, (resolve) => {
      const check = (): void => {
        if (!this.#hasObserved(revision)) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
      check();
      return () => this.#waiters.delete(check);
    });
  }

  /** Follows the server until the signal aborts; never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const unregister = this.#deps.activity.register(
      () => this.#expected !== undefined && !this.#hasObserved(this.#expected),
    );
    const call = this.#call(signal);
    while (!signal.aborted) {
      try {
        await this.#follow(call);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, signal);
      }
    }
    unregister();
  }

  #call(signal: AbortSignal): Call {
    const { clock } = this.#deps;
    const caller = { kind: 'Informer', namespace: '', name: this.kind.kind };
    const authority = unlimitedAuthority;
    return { signal, deadlineMs: Infinity, clock, log: this.#log, caller, mode: 'observe', authority };
  }

  async #follow(call: Call): Promise<void> {
    const client = createKubeClient(this.#deps.connection, call);
    if (this.#resumeFrom === undefined) await this.#list(client);
    await this.#watch(client);
  }

  async #list(client: KubeClient): Promise<void> {
    this.#deps.onList(this.#listReason());
    const options = { ...this.#selectors(), withManagedFields: false };
    const { items, resourceVersion } = await client.list(this.kind, options);
    const kept = items.flatMap((object) => this.#kept(object) ?? []);
    // Of what was written before etcd was restored no watch will tell.
    if (this.#store.replace(kept, resourceVersion)) this.#expected = undefined;
    this.#toldSinceList = 0;
    this.#seen(resourceVersion);
  }

  #listReason(): ListReason {
    if (!this.isSynced) return 'start';
    return this.#isFull() ? 'full' : 'gone';
  }

  #isFull(): boolean {
    return this.#toldSinceList > this.#deps.connection.limits.longestList;
  }

  #selectors(): ListSelection {
    const { labelSelector, namespace } = this.#deps;
    return { ...(labelSelector !== undefined && { labelSelector }), ...(namespace !== undefined && { namespace }) };
  }

  #kept(object: T): T | undefined {
    const { keep } = this.#deps;
    return keep === undefined ? object : keep(object);
  }

  async #watch(client: KubeClient): Promise<void> {
    const { clock: wireClock } = this.#deps.connection;
    const startMs = wireClock.monotonicMs();
    const timeoutSeconds = Math.round(SHORTEST_WATCH_SECONDS * (1 + this.#deps.random()));
    const resourceVersion = this.#resumeFrom ?? '';
    const onOpen = (): void => {
      this.#problem = undefined;
      this.#deps.onFollowing(true);
    };
    const options = { ...this.#selectors(), resourceVersion, timeoutSeconds, onOpen };
    for await (const event of client.watch(this.kind, options)) {
      this.#succeeded();
      if (event.type === 'BOOKMARK') {
        this.#store.bookmark(event.resourceVersion);
        this.#seen(event.resourceVersion);
        continue;
      }
      this.#changed(event.object, event.type === 'DELETED');
      this.#seen(event.object.metadata.resourceVersion);
      this.#toldSinceList += event.characters;
      if (this.#isFull()) {
        this.#resumeFrom = undefined;
        return;
      }
    }
    if (wireClock.monotonicMs() - startMs < SHORT_WATCH_MS) throw new Error('The watch ended at once');
    this.#succeeded();
  }

  /** A watch that opens may still fail at its first line, and so may the next. */
  #succeeded(): void {
    this.#failures = 0;
    if (this.#told !== undefined) this.#log.info({}, 'The server is followed again');
    this.#told = undefined;
  }

  #changed(object: T, isGone: boolean): void {
    const kept = isGone ? undefined : this.#kept(object);
    // What is kept no more is gone to those who look here.
    if (kept === undefined) this.#store.remove(object);
    else this.#store.put(kept);
  }

  #seen(revision: string): void {
    this.#resumeFrom = revision;
    for (const check of this.#waiters) check();
    this.#deps.activity.changed();
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { connection, random } = this.#deps;
    if (isGone(error) || isAhead(error)) this.#resumeFrom = undefined;
    this.#failures += 1;
    this.#problem = problemOf(error, this.kind);
    this.#deps.onFollowing(false);
    const longestMs = Math.max(LONGEST_PAUSE_MS, connection.longestPauseMs);
    const pauseMs = pauseAfter(this.#failures, { firstMs: FIRST_PAUSE_MS, longestMs }, random);
    this.#tell(error, pauseMs);
    try {
      const hadToWait = isUnreachable(error) && (await connection.whenReachable(signal));
      if (!hadToWait) await connection.pause(pauseMs, signal);
    } catch {
      // The pause was cut short by the end, which `run` sees by itself.
    }
  }

  #tell(error: unknown, pauseMs: number): void {
    // Who waits for the first list waits for the program to do anything at all.
    const isNews = this.#problem !== this.#told && (this.#failures > 3 || !this.isSynced);
    if (isNews) this.#told = this.#problem;
    const what = this.isSynced
      ? 'Watch broke off, going on after a pause'
      : 'Cannot list yet, trying again after a pause';
    const fields = { problem: this.#problem, pauseMs, failures: this.#failures };
    // Of a kind that is not installed the problem says all.
    this.#log[isNews ? 'warn' : 'debug'](isNotFound(error) ? fields : { ...fields, error }, what);
  }

  #hasObserved(revision: string | undefined): boolean {
    const observed = this.#store.observedRevision;
    return observed !== undefined && (revision === undefined || compareRevisions(observed, revision) >= 0);
  }
}

/** Why a kind cannot be followed, for people. */
function problemOf(error: unknown, kind: ResourceKind): string {
  if (isNotFound(error))
    return `the API server does not serve ${resourceNameOf(kind)}: install its CustomResourceDefinition, and it is followed by itself`;
  return error instanceof Error ? error.message : 'unknown';
}
