import type { Registry } from 'prom-client';
import type { Scope } from '../../api/index.ts';
import { type EventInput, keyOf, type KubeConnection } from '../../kube/index.ts';
import type { AuthorityOf, Cluster, Manager, RuntimeMetrics } from '../../runtime/index.ts';
import type { Authority, Call } from '../../util/call.ts';
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import type { OperatorOptions } from '../options.ts';
import { createAnnouncer, registerUserClusterMetric } from './announcements.ts';
import { Roster } from './roster.ts';
import { type ClustersOfScopes, SingleCluster } from './single-cluster.ts';
import type { BaseInstaller, ConnectTo } from './user-cluster.ts';

/** The users' side of an operator. */
export interface UserClusters extends ClustersOfScopes {
  /** What is amiss, a sentence each. None of it makes the operator unready. */
  readonly problems: readonly string[];
  /** Begins to serve; when the control plane is known. */
  start(): void;
  /** Looks again at what is this process's. */
  review(): void;
  /** Serves no more; before the manager stops. */
  abandon(): Promise<void>;
  /** Resolves when nothing goes on any more; after the manager has stopped. */
  whenLeft(): Promise<void>;
  /** See {@link Roster.whenIdle}. */
  whenIdle(revision: string | undefined, signal: AbortSignal): Promise<void>;
}

export interface UserClustersDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly registry: Registry;
  readonly metrics: RuntimeMetrics;
  readonly installer: BaseInstaller;
  readonly connectTo: ConnectTo;
  /** One more connection to the control plane, for kubeconfigs. */
  readonly connect: () => KubeConnection;
  readonly controlPlane: () => Cluster;
  /** The manager is made after this side, which its controllers need; it is asked for at the first use. */
  readonly manager: () => Manager;
  readonly authorityOf: AuthorityOf;
}

export function createUserClusters({ clusters }: OperatorOptions, deps: UserClustersDeps): UserClusters {
  const { mode, namespace, scope } = clusters;
  const { controlPlane, log } = deps;
  return mode === 'single'
    ? singleCluster(new SingleCluster({ controlPlane, namespace, scope, log }))
    : remoteClusters(namespace, deps);
}

const nothing = (): Promise<void> => Promise.resolve();

function singleCluster(single: SingleCluster): UserClusters {
  return {
    scopeOf: (cluster) => single.scopeOf(cluster),
    clusterOf: (scope) => single.clusterOf(scope),
    get problems() {
      return single.problem === undefined ? [] : [single.problem];
    },
    start: () => {},
    review: () => {},
    abandon: nothing,
    whenLeft: nothing,
    whenIdle: nothing,
  };
}

function remoteClusters(namespace: string, deps: UserClustersDeps): UserClusters {
  const roster = createRoster(namespace, deps);
  registerUserClusterMetric(deps.registry, () => roster.standings);
  return roster;
}

function createRoster(namespace: string, deps: UserClustersDeps): Roster {
  const { controlPlane } = deps;
  const authorityOf = (scope: Scope): Authority | undefined =>
    deps.authorityOf(keyOf(controlPlane().name, scope), scope);
  const recordEvent = (scope: Scope, event: EventInput): void => {
    const authority = authorityOf(scope);
    if (authority !== undefined) controlPlane().recordEvent(callOf(scope, authority, deps), scope, event);
  };
  const onStanding = createAnnouncer(deps.log, recordEvent);
  return new Roster({ ...deps, namespace, connection: deps.connect(), authorityOf, onStanding });
}

/** By which something is told of a Scope. */
function callOf({ metadata }: Scope, authority: Authority, { clock, log }: UserClustersDeps): Call {
  const { namespace = '', name } = metadata;
  const caller = { kind: 'UserCluster', namespace, name };
  const { signal } = new AbortController();
  return { signal, deadlineMs: Infinity, clock, log, caller, mode: 'apply', authority };
}
