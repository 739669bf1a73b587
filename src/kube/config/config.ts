import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Clock, systemClock } from '../../util/clock.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { KubeConfigError } from './error.ts';
import { type Material, tokenIdentity } from './identity.ts';
import { clusterFromKubeconfig } from './kubeconfig.ts';
import { readKubeconfigFile } from './kubeconfig-section.ts';

/** Where the way to the cluster is looked for. */
export interface LoadOptions {
  /** A kubeconfig file. Default: `KUBECONFIG`, then the pod's service account, then `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** Default: the file's `current-context`. */
  readonly context?: string;
  /** Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly clock?: Clock;
}

/** What the cluster is called in which we run as a pod. */
export const IN_CLUSTER = 'in-cluster';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds out how to reach the cluster: the named kubeconfig, else `KUBECONFIG` (several files are merged), else the
 * service account of the pod we run in, else `~/.kube/config`.
 *
 * *Throws* {@link KubeConfigError} that names file and key.
 */
export function loadClusterConfig(options: LoadOptions = {}): ClusterConfig {
  const env = options.env ?? process.env;
  const clock = options.clock ?? systemClock;
  const files = kubeconfigFiles(options, env);
  if (files.length > 0) return clusterFromKubeconfig(files.map(readKubeconfigFile), options.context, clock);
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined) return inClusterConfig(env, clock);
  const file = join(options.home ?? homedir(), '.kube', 'config');
  if (existsSync(file)) return clusterFromKubeconfig([readKubeconfigFile(file)], options.context, clock);
  throw new KubeConfigError(
    'Kubernetes configuration',
    '',
    `found neither --kubeconfig, KUBECONFIG, a pod's service account nor ${file}`,
  );
}

/** Files of `KUBECONFIG` that do not exist are left out, as kubectl does; a file asked by name has to exist. */
function kubeconfigFiles(options: LoadOptions, env: Readonly<Record<string, string | undefined>>): string[] {
  if (options.kubeconfig !== undefined) return [options.kubeconfig];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const present = listed.filter((file) => existsSync(file));
  const [first] = listed;
  if (present.length === 0 && first !== undefined)
    throw new KubeConfigError('KUBECONFIG', '', `${first} does not exist`);
  return present;
}

/** Reads a kubeconfig that is at hand as text. */
export function clusterConfigFromText(text: string, options: { context?: string; clock?: Clock } = {}): ClusterConfig {
  const source = { text, source: 'kubeconfig', directory: process.cwd() };
  return clusterFromKubeconfig([source], options.context, options.clock ?? systemClock);
}

/** Where the pod runs that has this service account. */
function ownNamespace(): string | undefined {
  const file = join(SERVICE_ACCOUNT, 'namespace');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * The service account of the pod we run in. Token and CA are read again as they rotate.
 * See [Accessing the API from a Pod](https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/).
 */
function inClusterConfig(env: Readonly<Record<string, string | undefined>>, clock: Clock): ClusterConfig {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const file = (name: string): Material => ({
    file: join(SERVICE_ACCOUNT, name),
    source: 'service account',
    key: name,
  });
  return {
    name: IN_CLUSTER,
    // An IPv6 address needs its brackets in a URL.
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    defaultNamespace: ownNamespace() ?? 'default',
    certificateAuthority: file('ca.crt'),
    verifyServer: true,
    serverName: undefined,
    identity: tokenIdentity(file('token'), clock),
  };
}
