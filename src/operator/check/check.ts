import { createAws } from '../../aws/index.ts';
import { type ClusterConfig, createKubeClient, KubeConnection, type Transport } from '../../kube/index.ts';
import { IN_CLUSTER } from '../../kube/config/config.ts';
import { ClusterTransport } from '../../kube/transport/cluster-transport.ts';
import { type Clock, systemClock } from '../../util/clock.ts';
import { silentLogger } from '../../util/log.ts';
import { startCall } from '../../util/start-call.ts';
import { awsOptionsFrom, CHECKER } from '../aws-options.ts';
import { clusterConfigFrom } from '../cluster-config.ts';
import type { OperatorOptions } from '../options.ts';
import { operatorPermissions } from '../permissions.ts';
import { checkAws } from './aws.ts';
import type { Finding } from './finding.ts';
import { checkKinds } from './kinds.ts';
import { checkKubernetes, DatedTransport } from './kubernetes.ts';
import { checkPermissions } from './permissions.ts';

/** Long enough for an AWS that is slow, short enough for somebody who waits. */
const TIMEOUT_MS = 30_000;

export interface CheckDeps {
  /** Whose time is compared with that of the servers. Default: the system's. */
  readonly clock?: Clock;
  /** The way to the API server. Default: one HTTP/2 session. */
  readonly transportTo?: (config: ClusterConfig) => Transport;
  /** Where the operator lives: for what it may do there alone. Default: see {@link ownNamespaceOf}. */
  readonly ownNamespace?: string;
}

/**
 * Looks at an environment with the options of an operator, and with its identity where it runs in a pod: the API server, the kinds,
 * the permissions, the identity in each account that objects name, the clocks. Changes nothing.
 *
 * *Throws* `ConfigurationError` when the cluster's configuration cannot be used, and the signal's reason.
 */
export async function checkEnvironment(
  options: OperatorOptions,
  signal: AbortSignal,
  { clock = systemClock, transportTo = ordinaryWay, ownNamespace }: CheckDeps = {},
): Promise<readonly Finding[]> {
  // A question about permissions is a POST, and so takes the mode of writes.
  const call = startCall({ timeoutMs: TIMEOUT_MS, signal, clock });
  const config = clusterConfigFrom(options);
  const transport = new DatedTransport(transportTo(config));
  const connection = new KubeConnection(config, { transport });
  const aws = createAws(awsOptionsFrom(options, CHECKER), { clock, log: silentLogger });
  const client = createKubeClient(connection, call);
  try {
    const { isReached, findings } = await checkKubernetes(connection, transport, call);
    if (!isReached) return findings;
    const kinds = await checkKinds(client, options.clusters.mode);
    const own = ownNamespace ?? ownNamespaceOf(options, config);
    const permissions = await checkPermissions(client, operatorPermissions(options.clusters.mode), own);
    const inAws = await checkAws(options, aws, client, call);
    signal.throwIfAborted();
    return [...findings, ...kinds, permissions, ...inAws];
  } finally {
    connection.close();
    aws.close();
  }
}

/** Where an installation is, unless somebody says otherwise. */
const USUAL_NAMESPACE = 'cloud-manager';

/** Where the operator of these options has its leases. Who looks from outside of the cluster lives in no namespace of it. */
export function ownNamespaceOf({ leases }: Pick<OperatorOptions, 'leases'>, config: ClusterConfig): string {
  return leases.namespace ?? (config.name === IN_CLUSTER ? config.defaultNamespace : USUAL_NAMESPACE);
}

function ordinaryWay(config: ClusterConfig): Transport {
  return new ClusterTransport(config, { clock: systemClock });
}
