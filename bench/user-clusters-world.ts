/**
 * The stage of many users' clusters: three processes. The sandbox has the control plane's Kubernetes API and AWS; the operator is
 * bundled; this one has an API server for each cluster, with a port and a token of its own, and is the users.
 */
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { scopeKind } from '../src/api/index.ts';
import { programCall } from '../src/cli/program-call.ts';
import { announceCluster, createIdentityIn } from '../src/cli/user-clusters.ts';
import { createKubeClient, type KubeClient, KubeConnection, loadClusterConfig } from '../src/kube/index.ts';
import { type CertificateAuthority, createCertificateAuthority } from '../src/sandbox/certificates.ts';
import { type KubeApi, type SandboxInfo, startKubeApi } from '../src/sandbox/index.ts';
import type { JournalEntry } from '../src/sandbox/kube-api/journal.ts';
import { systemClock } from '../src/util/clock.ts';
import { listen } from '../src/util/listen.ts';
import { silentLogger } from '../src/util/log.ts';
import { inParallel } from './in-parallel.ts';
import { startSandboxProgram } from './sandbox-program.ts';
import { nameOfCluster, scopeOf, worldOf } from './user-clusters-manifests.ts';

/** AWS so much faster than it is. */
export const AWS_SPEED = 60;

const USER_AGENT = 'user';
const HOST = '127.0.0.1';

/** `refuses`: nobody listens. `silent`: connections are taken, and nothing is ever said on them. */
export type Death = 'refuses' | 'silent';

export interface UserClustersWorld {
  readonly info: SandboxInfo;
  readonly controlPlane: KubeClient;
  readonly clusters: readonly FleetCluster[];
  /** Whether AWS was asked since the last time that this was. */
  wasAwsAsked(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starts all servers; the operator knows of no cluster yet. */
export async function startUserClustersWorld(folder: string, count: number): Promise<UserClustersWorld> {
  const worldFile = join(folder, 'world.json');
  await writeFile(worldFile, JSON.stringify(worldOf(count)));
  const sandbox = await startSandboxProgram(['--speed', String(AWS_SPEED), '--world', worldFile]);
  const ending = new AbortController();
  const call = programCall(ending.signal, 'warn');
  const authority = await createCertificateAuthority('users', systemClock.now());
  const clusters: FleetCluster[] = [];
  await inParallel(count, async (index) => {
    clusters[index] = await FleetCluster.start(index, { folder, authority, call });
  });
  const calls = `${sandbox.info.awsEndpoint}/_sandbox/calls`;
  return {
    info: sandbox.info,
    controlPlane: sandbox.user,
    clusters,
    wasAwsAsked: async () => {
      const asked = (await (await fetch(calls)).json()) as readonly unknown[]; // what the control interface documents
      if (asked.length > 0) await fetch(calls, { method: 'DELETE' });
      return asked.length > 0;
    },
    stop: async () => {
      ending.abort(new Error('The benchmark is over'));
      await Promise.all(clusters.map((cluster) => cluster.stop()));
      await sandbox.stop();
    },
  };
}

interface FleetClusterDeps {
  readonly folder: string;
  readonly authority: CertificateAuthority;
  readonly call: Parameters<typeof createKubeClient>[1];
}

export class FleetCluster {
  readonly name: string;
  /** The user's. */
  readonly kube: KubeClient;
  readonly #index: number;
  readonly #api: KubeApi;
  readonly #connection: KubeConnection;
  /** The operator's. */
  readonly #kubeconfig: string;
  #endSilence = (): Promise<void> => Promise.resolve();

  static async start(index: number, { folder, authority, call }: FleetClusterDeps): Promise<FleetCluster> {
    const dataDir = join(folder, nameOfCluster(index));
    const api = await startKubeApi({ clock: systemClock, log: silentLogger, dataDir, authority });
    const adminKubeconfig = join(dataDir, 'kubeconfig');
    const kubeconfig = await createIdentityIn(adminKubeconfig, call);
    const config = loadClusterConfig({ kubeconfig: adminKubeconfig });
    const connection = new KubeConnection(config, { userAgent: USER_AGENT });
    return new FleetCluster(index, { api, connection, kubeconfig, kube: createKubeClient(connection, call) });
  }

  private constructor(index: number, parts: FleetClusterParts) {
    this.name = nameOfCluster(index);
    this.kube = parts.kube;
    this.#index = index;
    this.#api = parts.api;
    this.#connection = parts.connection;
    this.#kubeconfig = parts.kubeconfig;
  }

  get port(): number {
    return Number(new URL(this.#api.url).port);
  }

  /** What the operator has asked since this was forgotten. */
  get requests(): readonly JournalEntry[] {
    return this.#api.journal.entries.filter(({ userAgent }) => userAgent !== USER_AGENT);
  }

  forgetRequests(): void {
    this.#api.journal.clear();
  }

  /** Makes it known to the control plane, from which moment on it is served. */
  async announce(controlPlane: KubeClient): Promise<void> {
    await announceCluster(controlPlane, this.name, this.#kubeconfig);
    await controlPlane.create(scopeKind, scopeOf(this.#index));
  }

  async die(how: Death): Promise<void> {
    await this.#api.stop();
    if (how === 'refuses') return;
    const taken = new Set<Socket>();
    const server = createServer((socket) => taken.add(socket.on('error', () => socket.destroy())));
    await listen(server, { port: this.port, host: HOST });
    this.#endSilence = () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of taken) socket.destroy();
      });
  }

  async stop(): Promise<void> {
    this.#connection.close();
    await this.#endSilence();
    await this.#api.stop();
  }
}

interface FleetClusterParts {
  readonly api: KubeApi;
  readonly connection: KubeConnection;
  readonly kubeconfig: string;
  readonly kube: KubeClient;
}
