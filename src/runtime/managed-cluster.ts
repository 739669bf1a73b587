import {
  createKubeClient,
  type EventInput,
  EventRecorder,
  type KubeClient,
  type KubeConnection,
  type KubeObject,
  type ResourceKind,
  resourceNameOf,
} from '../kube/index.ts';
import type { Call } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Activity } from './activity.ts';
import type { Cluster } from './controller.ts';
import { type Cache, Informer } from './informer.ts';
import type { RuntimeMetrics } from './metrics.ts';

/** Who events say they come from. */
const COMPONENT = 'cloud-manager';

export interface ManagedClusterDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly activity: Activity;
  readonly metrics: RuntimeMetrics;
  readonly random: () => number;
  /** Which replica tells events. */
  readonly instance: string;
}

/**
 * One cluster under management: its connection and one informer a kind, shared by all controllers.
 *
 * *States*: built → running (`start`) → stopped (`stop`: informers end, the connection is closed).
 */
export class ManagedCluster implements Cluster {
  readonly #connection: KubeConnection;
  readonly #deps: ManagedClusterDeps;
  readonly #informers = new Map<string, Informer<KubeObject>>();
  readonly #stopping = new AbortController();
  readonly #events: EventRecorder;
  readonly #unregister: () => void;
  #running: Promise<unknown> = Promise.resolve();

  constructor(connection: KubeConnection, deps: ManagedClusterDeps) {
    this.#connection = connection;
    this.#deps = deps;
    this.#events = new EventRecorder({
      component: COMPONENT,
      instance: deps.instance,
      clientFor: (call) => createKubeClient(connection, call),
      onChange: () => deps.activity.changed(),
    });
    this.#unregister = deps.activity.register(() => this.#events.pending > 0);
  }

  get name(): string {
    return this.#connection.cluster;
  }

  /** The informers that are not following their server just now, with why. */
  get problems(): readonly string[] {
    return [...this.#informers].flatMap(([resource, informer]) => {
      if (informer.problem !== undefined) return [`${resource}: ${informer.problem}`];
      return informer.isSynced ? [] : [`${resource}: not listed yet`];
    });
  }

  get isSynced(): boolean {
    return [...this.#informers.values()].every((informer) => informer.isSynced);
  }

  client(call: Call): KubeClient {
    return createKubeClient(this.#connection, call, (kind, object) => {
      this.#informers.get(resourceNameOf(kind))?.absorb(object);
      this.#deps.activity.changed();
    });
  }

  recordEvent(call: Call, object: KubeObject, event: EventInput): void {
    this.#events.record(call, object, event);
  }

  cache<T extends KubeObject>(kind: ResourceKind<T>): Cache<T> {
    return this.informer(kind);
  }

  informer<T extends KubeObject>(kind: ResourceKind<T>): Informer<T> {
    const informer = this.#informers.get(resourceNameOf(kind));
    if (informer === undefined) throw new Error(`Nothing watches ${resourceNameOf(kind)}: name it in a controller`);
    // It was made for the descriptor of this kind, which carries T.
    return informer as unknown as Informer<T>;
  }

  /**
   * Makes the informer of a kind unless there is one; before `start`. *Throws* when that one follows another selection:
   * one of the two would miss objects, and not know it.
   */
  ensureInformer(kind: ResourceKind, labelSelector?: string): Informer<KubeObject> {
    const resource = resourceNameOf(kind);
    const known = this.#informers.get(resource);
    if (known !== undefined) {
      if (known.labelSelector !== labelSelector) throw new Error(`${resource} is watched under two label selectors`);
      return known;
    }
    const onList = (reason: string): void => this.#deps.metrics.listed(this.name, resource, reason);
    const onFollowing = (isFollowing: boolean): void => this.#deps.metrics.followed(this.name, resource, isFollowing);
    const parts = { connection: this.#connection, onList, onFollowing, labelSelector };
    const informer = new Informer(kind, { ...this.#deps, ...parts });
    this.#informers.set(resource, informer);
    return informer;
  }

  start(): void {
    const { signal } = this.#stopping;
    this.#running = Promise.all([...this.#informers.values()].map((informer) => informer.run(signal)));
  }

  /** Resolves when every kind was listed once. *Throws* the signal's reason. */
  async whenSynced(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.whenObserved(undefined, signal)));
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The cluster is no longer followed'));
    await Promise.all([this.#running, this.#events.whenWritten()]);
    this.#unregister();
    for (const resource of this.#informers.keys()) this.#deps.metrics.followed(this.name, resource, undefined);
    this.#connection.close();
  }
}
