import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { DataPlane } from './aws/elasticache/data-plane.ts';
import type { Speed } from './aws/life-cycle-clock.ts';
import { type AwsSimulator, startAwsSimulator } from './aws/server.ts';
import { createAllServices } from './aws/services.ts';
import { completeWorldOptions } from './aws/world-options.ts';
import type { WorldOptions } from './aws/world-options-schema.ts';
import { createCertificateAuthority } from './certificates.ts';
import { type KubeApi, startKubeApi } from './kube-api/server.ts';
import { createDataPlane, type RedisMode } from './redis/data-plane.ts';

/** Which halves run, and how. */
export interface SandboxOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How much faster than on AWS life cycles run. Default: 60. */
  readonly speed?: Speed;
  /** Default: the embedded Kubernetes API runs. */
  readonly kube?: { readonly port?: number } | 'off';
  /** Names of more Kubernetes APIs, which stand for clusters of users. Default: none. */
  readonly userClusters?: readonly string[];
  /** A folder in which the Kubernetes API keeps its state over restarts; AWS begins anew. Default: nothing is kept. */
  readonly dataDir?: string;
  /** Default: the AWS simulator runs, with the default world. */
  readonly aws?: { readonly port?: number; readonly world?: WorldOptions } | 'off';
  /** What answers behind the endpoints. Default: `auto`. */
  readonly redis?: RedisMode;
}

/** What a user needs to point kubectl, the AWS CLI and the operator at a sandbox; empty where a half is off. */
export interface SandboxInfo {
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  readonly awsEndpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The role that the operator takes on in an account: the first one of the first account. */
  readonly roleName: string;
  /** Path of the certificate that clients of Redis have to trust. */
  readonly caFile: string;
  /** Paths of the kubeconfigs of users' clusters, by their names. */
  readonly userClusters: Readonly<Record<string, string>>;
}

/** A running sandbox. */
export interface Sandbox {
  readonly info: SandboxInfo;
  readonly kube: KubeApi | undefined;
  readonly aws: AwsSimulator | undefined;
  /** The Kubernetes APIs of users, by their names. */
  readonly userClusters: ReadonlyMap<string, KubeApi>;
  /** In words, what answers behind the endpoints of caches. */
  readonly dataPlane: string;
  /** Ends both halves and every process, and removes the files. Safe to repeat. */
  stop(): Promise<void>;
}

const DEFAULT_SPEED = 60;

/**
 * Starts the embedded Kubernetes API and the AWS simulator on the loopback interface: a stand-in for development and
 * tests.
 *
 * *Throws* `WorldOptionsError` for wrong world options, `DataFolderError` for a `dataDir` that cannot be used, and the system's error when a port is taken; nothing is left
 * running then.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, log } = options;
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-sandbox-'));
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const authority = await createCertificateAuthority('sandbox', clock.now());
    const caFile = join(folder, 'redis-ca.crt');
    await writeFile(caFile, authority.caPem);
    const dataPlane = await createDataPlane(options.redis ?? 'auto', { authority, folder, log });
    ends.push(() => dataPlane.stop());
    const aws = await startAws(options, dataPlane);
    if (aws) ends.push(() => aws.stop());
    const kube = await startKube(options, folder);
    if (kube) ends.push(() => kube.stop());
    const userClusters = new Map<string, KubeApi>();
    for (const name of options.userClusters ?? []) {
      const cluster = await startUserCluster(options, folder, name);
      ends.push(() => cluster.stop());
      userClusters.set(name, cluster);
    }
    const info = infoOf(options, { kube, aws, userClusters }, caFile);
    return { info, kube, aws, userClusters, dataPlane: dataPlane.description, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAws(
  { aws = {}, clock, log, speed }: SandboxOptions,
  dataPlane: DataPlane,
): Promise<AwsSimulator | undefined> {
  if (aws === 'off') return undefined;
  const lifeCycle = { speed: speed ?? DEFAULT_SPEED };
  return startAwsSimulator({ clock, log, lifeCycle, ...aws, services: createAllServices(dataPlane) });
}

async function startKube(
  { kube = {}, clock, log, dataDir }: SandboxOptions,
  folder: string,
): Promise<KubeApi | undefined> {
  if (kube === 'off') return undefined;
  return startKubeApi({ clock, log, dataDir: dataDir ?? folder, keepsState: dataDir !== undefined, ...kube });
}

function startUserCluster({ clock, log, dataDir }: SandboxOptions, folder: string, name: string): Promise<KubeApi> {
  const place = join(dataDir ?? folder, 'user-clusters', name);
  return startKubeApi({ clock, log, dataDir: place, keepsState: dataDir !== undefined });
}

function infoOf(
  { aws: options = {} }: SandboxOptions,
  { kube, aws, userClusters }: Pick<Sandbox, 'kube' | 'aws' | 'userClusters'>,
  caFile: string,
): SandboxInfo {
  const { accounts, regions } = completeWorldOptions(options === 'off' ? {} : (options.world ?? {}));
  const [home] = accounts;
  const key = home?.accessKeys[0];
  return {
    kubeconfig: kube?.kubeconfigPath ?? '',
    awsEndpoint: aws?.endpoint ?? '',
    region: aws ? (regions[0]?.name ?? '') : '',
    accountId: aws ? (home?.id ?? '') : '',
    accessKeyId: aws ? (key?.accessKeyId ?? '') : '',
    secretAccessKey: aws ? (key?.secretAccessKey ?? '') : '',
    roleName: aws ? (home?.roles[0]?.name ?? '') : '',
    caFile: aws ? caFile : '',
    userClusters: Object.fromEntries(
      [...userClusters].map(([name, { kubeconfigPath = '' }]) => [name, kubeconfigPath]),
    ),
  };
}
