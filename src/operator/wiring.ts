import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { type Aws, type AwsDeps, createAws } from '../aws/index.ts';
import {
  type ClusterConfig,
  KubeConnection,
  type KubeConnectionOptions,
  type ObjectKey,
  type Reachability,
  type Transport,
} from '../kube/index.ts';
import { createInstaller } from '../reconcilers/cloud-resources/cloud-resources/installer.ts';
import type { Planes } from '../reconcilers/cloud-resources/common/planes.ts';
import {
  type AuthorityOf,
  createRuntimeMetrics,
  type HealthServer,
  type HealthSources,
  Manager,
  startHealthServer,
} from '../runtime/index.ts';
import { type Authority, unlimitedAuthority } from '../util/call.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { isPortTaken } from '../util/listen.ts';
import { createLogger, type Logger } from '../util/log.ts';
import { createAwsMetrics } from './aws-metrics.ts';
import { awsOptionsFrom } from './aws-options.ts';
import { clusterConfigFrom } from './cluster-config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { createControllers } from './controllers.ts';
import { createIdentity } from './identity.ts';
import { createLeases, leaseNamespaceOf } from './leases.ts';
import { type ListenAddress, listenText } from './option-kinds.ts';
import type { OperatorOptions } from './options.ts';
import { controlPlanePermissions, userClusterPermissions } from './permissions.ts';
import { controlPlaneRoles, modulesIn } from './user-clusters/roles.ts';
import { type ConnectTo, LONGEST_PAUSE_MS, USER_CLUSTER_LIMITS, USER_CLUSTERS } from './user-clusters/user-cluster.ts';
import { createUserClusters, type UserClusters } from './user-clusters/user-clusters.ts';
import { version } from './version.ts';

/**
 * The composition root: the one place that knows all parts. From options it makes, in this order, metrics, the AWS
 * side, the controllers, the clusters of users, the leases, the manager, the connections to the cluster, and the servers for
 * health and metrics. Nothing is a global; a process may hold several operators.
 */

export interface OperatorDeps {
  /** Measures passes and pauses, and dates what is written. */
  readonly clock?: Clock;
  /** Measures the wire to the cluster: time-outs, pings, pauses before the next attempt. Default: the system's. */
  readonly wireClock?: Clock;
  /** The way to the API server. Default: one HTTP/2 session. */
  readonly transportTo?: (config: ClusterConfig) => Transport;
  /** The way to AWS. Default: a pool of keep-alive connections. */
  readonly awsTransport?: NonNullable<AwsDeps['transport']>;
  /** Default: JSON lines on standard error, at the level of the options. */
  readonly log?: Logger;
  /** Spreads retries; 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** The right of the whole program to write, to leases too, asked before each write. Default: it never ends. */
  readonly authority?: Authority;
}

/**
 * A whole operator in one object, as the program runs it and as tests do in-process.
 *
 * *States*: built (nothing was asked of anybody) → started → stopped. `stop` also cleans up after a start that failed.
 */
export interface Operator {
  readonly manager: Manager;
  readonly users: UserClusters;
  readonly aws: Aws;
  readonly registry: Registry;
  /** Where health and metrics are served, while started; those of the options, and for 0 the one that was free. */
  ports(): readonly number[];
  /**
   * Resolves when all objects are known and workers run. *Throws* the signal's reason, and `ConfigurationError` when a port
   * of the options is taken; then `stop` is to be called.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Lets passes end within the time of the options, then closes everything. Safe to repeat. */
  stop(): Promise<void>;
}

/** *Throws* `ConfigurationError` when the cluster's configuration or a file cannot be used. */
export function createOperator(options: OperatorOptions, deps: OperatorDeps = {}): Operator {
  const { clock = systemClock, wireClock = systemClock, random = Math.random } = deps;
  const { log = createLogger(options.log.level) } = deps;
  const registry = new Registry();
  const metrics = createRuntimeMetrics(registry);
  const config = clusterConfigFrom(options);
  const caPem = options.redis.caFile === undefined ? undefined : readFileSync(options.redis.caFile, 'utf8');
  const identity = createIdentity(options.leases.identity);
  const aws = createAws(awsOptionsFrom(options, identity), {
    clock,
    log,
    random,
    onCall: createAwsMetrics(registry),
    ...(deps.awsTransport && { transport: deps.awsTransport }),
  });
  const { mode } = options.clusters;
  const wire: KubeConnectionOptions = {
    // The wire lives in the machine's own time, whatever passes live in.
    clock: wireClock,
    random,
    ownNamespace: leaseNamespaceOf(options, config),
  };
  const transportTo = (to: ClusterConfig) => deps.transportTo && { transport: deps.transportTo(to) };
  const connect = (): KubeConnection =>
    new KubeConnection(config, {
      ...wire,
      onRequest: (report) => metrics.kubeRequest(report),
      onReachability: logReachability(log),
      permissions: controlPlanePermissions(controllers, mode),
      ...transportTo(config),
    });
  const connectTo: ConnectTo = (to, { onRequest, onReachability }) =>
    new KubeConnection(to, {
      ...wire,
      onRequest: (report) => {
        metrics.kubeRequest({ ...report, cluster: USER_CLUSTERS });
        onRequest(report);
      },
      onReachability,
      longestPauseMs: LONGEST_PAUSE_MS,
      limits: USER_CLUSTER_LIMITS,
      permissions: permissionsThere,
      ...transportTo(to),
    });
  const authority = deps.authority ?? unlimitedAuthority;
  const authorityOf = authorityIn(options, config.name, (...of) =>
    leases === undefined ? authority : leases.authorityOf(...of),
  );
  const planes: Planes = {
    controlPlane: () => manager.cluster(config.name),
    namespace: options.clusters.namespace,
    scopeOf: (cluster) => users.scopeOf(cluster),
    clusterOf: (scope) => users.clusterOf(scope),
  };
  const installer = createInstaller(version());
  const modules = modulesIn(mode, () => manager);
  const controllers = createControllers(options, { aws, caPem, planes, modules, installer });
  // One list for all clusters of users, of which there may be thousands.
  const permissionsThere = userClusterPermissions(controllers);
  const parts = { clock, random, log, registry, manager: () => manager };
  const users = createUserClusters(options, {
    ...parts,
    metrics,
    installer,
    connectTo,
    connect,
    controlPlane: planes.controlPlane,
    authorityOf,
  });
  const leases =
    options.leases.mode === 'on'
      ? createLeases(options, {
          ...parts,
          identity,
          authority,
          connection: connect(),
          planes,
          onGained: () => users.review(),
        })
      : undefined;
  const manager: Manager = new Manager({
    controllers,
    clock,
    log,
    metrics,
    random,
    authorityOf,
    instance: identity,
    drainTimeoutMs: options.timing.shutdownTimeoutMs,
  });
  const servers: HealthServer[] = [];
  const sources: HealthSources = {
    get isReady() {
      return manager.isReady;
    },
    get problems() {
      return [...manager.problems, ...(leases?.problems ?? []), ...users.problems];
    },
  };
  return {
    manager,
    users,
    aws,
    registry,
    ports: () => servers.map(({ port }) => port),
    start: async (signal) => {
      manager.addCluster(connect(), { roles: controlPlaneRoles(mode) });
      for (const [name, address] of addressesIn(options)) {
        const started = startHealthServer({ sources, registry, ...address });
        const server = await started.catch(portTaken(name, address));
        servers.push(server);
        // Port 0 takes any that is free.
        log.info({ server: name, address: listenText({ ...address, port: server.port }) }, 'Server listens');
      }
      await manager.start(signal);
      users.start();
      leases?.start();
    },
    stop: async () => {
      await leases?.stop();
      await users.abandon();
      await manager.stop();
      await users.whenLeft();
      aws.close();
      await Promise.all(servers.splice(0).map((server) => server.close()));
    },
  };
}

/** Told once for a cluster, however much is followed there. */
function logReachability(log: Logger): (reachability: Reachability) => void {
  return ({ isReachable, problem }) => {
    if (isReachable) log.info({}, 'The Kubernetes API server answers again');
    else log.warn({ problem }, 'The Kubernetes API server cannot be reached');
  };
}

/**
 * Objects of other namespaces are another operator's. What is in clusters of users, or of no namespace, is served where all
 * is that is made for users.
 */
function authorityIn(
  { kubernetes: { namespaces }, clusters }: OperatorOptions,
  controlPlane: string,
  authorityOf: AuthorityOf,
): AuthorityOf {
  if (namespaces.length === 0) return authorityOf;
  const served = new Set(namespaces);
  const placeOf = ({ cluster, namespace }: ObjectKey): string =>
    cluster === controlPlane && namespace !== '' ? namespace : clusters.namespace;
  return (key, object) => (served.has(placeOf(key)) ? authorityOf(key, object) : undefined);
}

/** Each serves all endpoints; the two are told apart so that one can be closed to the outside. */
function addressesIn({ server }: OperatorOptions): readonly (readonly [ServerName, ListenAddress])[] {
  return (['health', 'metrics'] as const).flatMap((name) => {
    const address = server[`${name}Address`];
    return address === 'off' ? [] : [[name, address] as const];
  });
}

type ServerName = 'health' | 'metrics';

/** Makes the system's word for a port that is taken one about the option that asks for it. */
function portTaken(name: ServerName, address: ListenAddress): (error: unknown) => never {
  return (error) => {
    if (!isPortTaken(error)) throw error;
    const problem = `${listenText(address)} is in use by another process; choose another with --${name}-address`;
    throw new ConfigurationError([{ key: `server.${name}Address`, problem }]);
  };
}
