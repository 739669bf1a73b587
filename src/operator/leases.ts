import type { Registry } from 'prom-client';
import type { ClusterConfig, KubeConnection, KubeObject, ObjectKey } from '../kube/index.ts';
import type { Planes } from '../reconcilers/cloud-resources/common/planes.ts';
import { unitOf } from './unit.ts';
import {
  type AuthorityOf,
  createLeaseMetrics,
  createLeaseStore,
  createShardOf,
  LeaseKeeper,
  type Manager,
  selectorOf,
} from '../runtime/index.ts';
import type { Authority } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { OperatorOptions } from './options.ts';

/** The leases of this replica, and what they say of objects. */
export interface Leases {
  /** The right to work on an object, or what is left of it: of who holds the shard of its account and region. */
  readonly authorityOf: AuthorityOf;
  /** What is amiss, a sentence each. */
  readonly problems: readonly string[];
  /** Begins to compete; when objects are known. */
  start(): void;
  /** Ends what goes on, hands everything over, and closes the connection. */
  stop(): Promise<void>;
}

export interface LeaseDeps {
  readonly identity: string;
  /** Leases have one of their own. */
  readonly connection: KubeConnection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly registry: Registry;
  /** The right of the whole program to write, to leases too. */
  readonly authority: Authority;
  /** Asked when it is there: it needs the leases to be made. */
  readonly manager: () => Manager;
  readonly planes: Pick<Planes, 'controlPlane' | 'scopeOf'>;
  /** More is ours from now on. */
  readonly onGained: () => void;
}

/** Where the leases are: the one namespace in which the operator asks for any. */
export function leaseNamespaceOf({ leases }: Pick<OperatorOptions, 'leases'>, config: ClusterConfig): string {
  return leases.namespace ?? config.defaultNamespace;
}

export function createLeases({ leases, timing }: OperatorOptions, deps: LeaseDeps): Leases {
  const { connection, clock, random, log, authority, manager } = deps;
  const set = { name: leases.name, shards: leases.shards };
  const namespace = leaseNamespaceOf({ leases }, connection.config);
  const labelSelector = selectorOf(set);
  const shardOf = createShardOf(set.shards);
  const shardOfObject = (key: ObjectKey, object: KubeObject | undefined): number =>
    shardOf(unitOf(key, object, deps.planes));
  const keeper = new LeaseKeeper({
    set,
    namespace,
    identity: deps.identity,
    timing: leases,
    // Half of the time in which a renewal has to succeed: so it can be tried again.
    store: createLeaseStore({ ...deps, namespace, labelSelector, timeoutMs: leases.renewDeadlineMs / 2 }),
    clock,
    random,
    log,
    metrics: createLeaseMetrics(deps.registry),
    drainTimeoutMs: timing.shutdownTimeoutMs,
    whenDrained: (ended) => manager().whenNoPassUnder(ended),
    onGained: (shards) => {
      manager().wake((key, object) => shards.includes(shardOfObject(key, object)));
      deps.onGained();
    },
  });
  return {
    authorityOf: (key, object) => {
      const shard = shardOfObject(key, object);
      const held = keeper.authorityOf(shard);
      if (held === undefined) return undefined;
      // A Scope that came, or changed, since the pass began has made the object somebody else's.
      const isOurs = (): boolean => shardOfObject(key, object) === shard;
      const expiresAtMs = (): number => (isOurs() ? Math.min(held.expiresAtMs(), authority.expiresAtMs()) : -Infinity);
      return held.ended === undefined ? { expiresAtMs } : { expiresAtMs, ended: held.ended };
    },
    get problems() {
      return keeper.problem === undefined ? [] : [keeper.problem];
    },
    start: () => keeper.start(),
    stop: async () => {
      await keeper.stop();
      connection.close();
    },
  };
}
