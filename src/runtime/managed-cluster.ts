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
import { type Cache, Informer, type InformerSelection } from './informer.ts';
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

interface Followed {
  readonly informer: Informer<KubeObject>;
  /** For which roles it is followed. */
  readonly roles: Set<string>;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

/**
 * One cluster under management: its connection and one informer a kind, shared by all controllers.
 *
 * An informer runs from the first role that needs it (`follow`) until the last one is gone (`unfollow`). `stop` ends all
 * and closes the connection.
 */
export class ManagedCluster implements Cluster {
  readonly #connection: KubeConnection;
  readonly #deps: ManagedClusterDeps;
  readonly #metricsName: string;
  readonly #followed = new Map<string, Followed>();
  readonly #events: EventRecorder;
  readonly #unregister: () => void;

  /** @param metricsName - What metrics call it. */
  constructor(connection: KubeConnection, deps: ManagedClusterDeps, metricsName = connection.cluster) {
    this.#connection = connection;
    this.#deps = deps;
    this.#metricsName = metricsName;
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
    return [...this.#followed].flatMap(([resource, { informer }]) => {
      if (informer.problem !== undefined) return [`${resource}: ${informer.problem}`];
      return informer.isSynced ? [] : [`${resource}: not listed yet`];
    });
  }

  client(call: Call): KubeClient {
    return createKubeClient(this.#connection, call, (kind, object) => {
      this.#followed.get(resourceNameOf(kind))?.informer.absorb(object);
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
    const informer = this.#followed.get(resourceNameOf(kind))?.informer;
    if (informer === undefined) throw new Error(`Nothing watches ${resourceNameOf(kind)}: name it in a controller`);
    // It was made for the descriptor of this kind, which carries T.
    return informer as unknown as Informer<T>;
  }

  /**
   * Follows a kind for a role, from now on. *Throws* when it is followed by another selection already: one of the two would
   * miss objects, and not know it.
   */
  follow(kind: ResourceKind, role: string, selection: InformerSelection = {}): Informer<KubeObject> {
    const resource = resourceNameOf(kind);
    const followed = this.#followed.get(resource) ?? this.#startFollowing(kind, selection);
    if (!followed.informer.hasSelection(selection)) throw new Error(`${resource} is watched under two selections`);
    followed.roles.add(role);
    return followed.informer;
  }

  /** Ends what was followed for this role alone. */
  async unfollow(role: string): Promise<void> {
    for (const { roles } of this.#followed.values()) roles.delete(role);
    const unneeded = [...this.#followed].filter(([, { roles }]) => roles.size === 0);
    await Promise.all(unneeded.map(([resource, followed]) => this.#endFollowing(resource, followed)));
  }

  /** Resolves when every kind that a role needs was listed once. *Throws* the signal's reason. */
  async whenSynced(role: string, signal: AbortSignal): Promise<void> {
    const informers = [...this.#followed.values()].filter(({ roles }) => roles.has(role));
    await Promise.all(informers.map(({ informer }) => informer.whenObserved(undefined, signal)));
  }

  async stop(): Promise<void> {
    const ended = [...this.#followed].map(([resource, followed]) => this.#endFollowing(resource, followed));
    await Promise.all([...ended, this.#events.whenWritten()]);
    this.#unregister();
    this.#connection.close();
  }

  #startFollowing(kind: ResourceKind, { labelSelector, namespace, keep }: InformerSelection): Followed {
    const resource = resourceNameOf(kind);
    const { metrics } = this.#deps;
    const onList = (reason: string): void => metrics.listed(this.#metricsName, resource, reason);
    const onFollowing = (isFollowing: boolean): void => this.#countFollowing(resource, isFollowing);
    const parts = { connection: this.#connection, onList, onFollowing, labelSelector, namespace, keep };
    const informer = new Informer(kind, { ...this.#deps, ...parts });
    const ending = new AbortController();
    const followed = { informer, roles: new Set<string>(), ending, ended: informer.run(ending.signal) };
    this.#followed.set(resource, followed);
    return followed;
  }

  async #endFollowing(resource: string, { ending, ended }: Followed): Promise<void> {
    ending.abort(new Error('The cluster is no longer followed'));
    await ended;
    this.#followed.delete(resource);
    this.#countFollowing(resource, undefined);
  }

  /** Of clusters that share a name in metrics, what is amiss is counted, and what is so now is not told. */
  #countFollowing(resource: string, isFollowing: boolean | undefined): void {
    const { metrics } = this.#deps;
    if (this.#metricsName === this.name) metrics.followed(this.name, resource, isFollowing);
    else if (isFollowing === false) metrics.followingFailed(this.#metricsName, resource);
  }
}
