import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFor } from '../../src/cli/operator-on-sandbox.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  type KubeLease,
  leaseKind,
} from '../../src/kube/index.ts';
import type { JournalEntry } from '../../src/sandbox/index.ts';
import { type AwsSimulator, startAwsSimulator } from '../../src/sandbox/aws/server.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { News } from './news.ts';
import { aCall } from './pass.ts';
import { programArguments } from './program-arguments.ts';
import { NAMESPACE } from './namespace.ts';
import { type ScenarioKube, startScenarioKube } from './scenario-kube.ts';
import { User, USER_AGENT } from './user.ts';

/*
 * Several operators as processes of their own, on a Kubernetes API that is reached through this one, with leases that last short.
 * What they do is read from AWS's journal, where sessions bear the names of replicas, and from the leases as they change.
 */

const PROGRAM = new URL('../../bin/cloud-manager.js', import.meta.url).pathname;

/** How much faster than real ones AWS's life cycles run, and operators look at them. */
const SPEED = 600;

export const LEASE = { durationMs: 4_000, renewDeadlineMs: 3_000, retryPeriodMs: 500 };

/** What is promised, and what a busy machine may take to carry requests and start what is due. */
export const TAKEOVER_MS = LEASE.durationMs + 2 * LEASE.retryPeriodMs + 1_500;

export interface FleetOptions {
  readonly world?: WorldOptions;
  readonly shards: number;
}

/** Since when a replica held a lease. */
export interface Hold {
  readonly lease: string;
  /** Empty: released. */
  readonly holder: string;
  readonly sinceMs: number;
}

export class ReplicaFleet {
  readonly aws: AwsSimulator;
  readonly kube: KubeClient;
  readonly user: User;
  /** Every change of holder that was seen, in order. */
  readonly holds: Hold[] = [];
  readonly #api: ScenarioKube;
  readonly #options: FleetOptions;
  readonly #folder: string;
  readonly #connection: KubeConnection;
  readonly #watching = new AbortController();
  readonly #news = new News();
  readonly #replicas: ReplicaProcess[] = [];
  readonly #members = new Set<string>();
  #watch: Promise<void> = Promise.resolve();

  private constructor(options: FleetOptions, aws: AwsSimulator, api: ScenarioKube, folder: string) {
    this.#options = options;
    this.#api = api;
    this.#folder = folder;
    this.aws = aws;
    this.#connection = new KubeConnection(clusterConfigFromText(api.kubeconfig), { userAgent: USER_AGENT });
    this.kube = createKubeClient(this.#connection, aCall({ clock: systemClock, signal: this.#watching.signal }));
    this.user = new User(this.kube);
    aws.journal.onCall(this.#news.tell);
  }

  static async start(options: FleetOptions): Promise<ReplicaFleet> {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const aws = await startAwsSimulator({
      clock: systemClock,
      log: silentLogger,
      lifeCycle: { speed: SPEED },
      ...(options.world && { world: options.world }),
    });
    const api = await startScenarioKube({ clock: systemClock, dataDir: folder });
    const fleet = new ReplicaFleet(options, aws, api, folder);
    fleet.#watch = fleet.#followLeases();
    return fleet;
  }

  /** Starts one more replica; resolves when it has made itself known. */
  async join(name: string, logLevel: 'info' | 'debug' = 'info'): Promise<ReplicaProcess> {
    const replica = new ReplicaProcess(name, this.#argsOf(name, logLevel), this.#news.tell);
    this.#replicas.push(replica);
    await this.until(`${name} has joined`, () => this.#members.has(name));
    return replica;
  }

  /** Waits for news from AWS, leases and processes until `holds`. *Throws* after a minute, with what replicas said. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    await this.#news.until(holds, () => {
      const said = this.#replicas.map((replica) => `${replica.name}:\n${replica.said.slice(-2_000)}`).join('\n');
      return `${what}\n${said}`;
    });
  }

  /** Who holds each lease of a shard now, by the names of replicas. */
  holders(): ReadonlyMap<string, string> {
    return new Map(this.holds.map(({ lease, holder }) => [lease, holder]));
  }

  /** Who held `lease` at a moment; empty: nobody. */
  holderAt(lease: string, atMs: number): string {
    return this.holds.findLast((hold) => hold.lease === lease && hold.sinceMs <= atMs)?.holder ?? '';
  }

  /** Since when `lease` is held by whoever took it after a moment; `Infinity`: nobody did. */
  nextHoldMs(lease: string, afterMs: number): number {
    return this.holds.find((hold) => hold.lease === lease && hold.sinceMs > afterMs)?.sinceMs ?? Infinity;
  }

  /** Calls to AWS that change something, with the names of the replicas that made them. */
  writes(): readonly (JournalEntry & { readonly replica: string; readonly atMs: number })[] {
    return this.aws.journal
      .calls()
      .filter(({ operation }) => !/^(Describe|List|Get|AssumeRole)/.test(operation))
      .map((entry) => ({ ...entry, replica: replicaOf(entry.principal), atMs: Date.parse(entry.time) }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.end()));
    this.#watching.abort(new Error('The test is over'));
    await this.#watch;
    this.#connection.close();
    await this.#api.stop();
    await this.aws.stop();
    await rm(this.#folder, { recursive: true });
  }

  #argsOf(
    name: string,
    logLevel: string,
  ): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
    const { flags, env } = configurationFor({
      ...DEFAULT_ACCESS_KEY,
      kubeconfig: join(this.#folder, 'kubeconfig'),
      caFile: join(this.#folder, 'ca.crt'),
      awsEndpoint: this.aws.endpoint,
      region: DEFAULT_REGION,
    });
    const all = {
      ...flags,
      identity: name,
      shards: String(this.#options.shards),
      leaseNamespace: NAMESPACE,
      leaseDuration: `${LEASE.durationMs}ms`,
      leaseRenewDeadline: `${LEASE.renewDeadlineMs}ms`,
      leaseRetryPeriod: `${LEASE.retryPeriodMs}ms`,
      waitScale: String(1 / SPEED),
      waitTick: `${Math.round(10_000 / SPEED)}ms`,
      redisTokenGrace: `${Math.round(600_000 / SPEED)}ms`,
      logLevel,
    };
    return { args: programArguments(all), env };
  }

  async #followLeases(): Promise<void> {
    const { items, resourceVersion } = await this.kube.list(leaseKind, { namespace: NAMESPACE });
    for (const lease of items) this.#note(lease);
    try {
      for await (const event of this.kube.watch(leaseKind, { namespace: NAMESPACE, resourceVersion })) {
        if (event.type === 'BOOKMARK') continue;
        if (event.type !== 'DELETED') this.#note(event.object);
        this.#news.tell();
      }
    } catch (error) {
      if (!this.#watching.signal.aborted) throw error;
    }
  }

  #note({ metadata, spec }: KubeLease): void {
    const holder = spec?.holderIdentity?.split('_')[0] ?? '';
    if (metadata.name.includes('-member-')) {
      this.#members.add(holder);
      return;
    }
    const last = this.holds.findLast(({ lease }) => lease === metadata.name);
    const sinceMs = Date.parse(spec?.acquireTime ?? '');
    if (last?.holder === holder && last.sinceMs === sinceMs) return;
    this.holds.push({ lease: metadata.name, holder, sinceMs });
  }
}

/** `arn:aws:sts::1:assumed-role/Role/cloud-manager@a_0123456789` is of the replica `a`. */
function replicaOf(principal: string): string {
  return /@([^_]+)_[0-9a-f]+$/.exec(principal)?.[1] ?? '';
}

/** One replica. */
class ReplicaProcess {
  readonly name: string;
  /** Its log, as it wrote it. */
  said = '';
  readonly #process: ChildProcess;

  constructor(
    name: string,
    { args, env }: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
    onNews: () => void,
  ) {
    this.name = name;
    this.#process = spawn(process.execPath, [PROGRAM, 'run', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], ...env },
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-4_000_000);
      onNews();
    });
    // The last resort, when a test ends without `stop`.
    process.once('exit', this.#kill);
  }

  /** How often its log says `message`. */
  count(message: string): number {
    return this.said.split(`"msg":"${message}"`).length - 1;
  }

  kill(): void {
    this.#kill();
  }

  /** It gets no instant more until `resume`; what the kernel has of it goes its way. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  /** Ends it in order. */
  async terminate(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#whenExited();
  }

  /** Ends it in whatever state it is. */
  async end(): Promise<void> {
    this.#kill();
    await this.#whenExited();
    process.off('exit', this.#kill);
  }

  async #whenExited(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
  }

  readonly #kill = (): void => {
    this.#process.kill('SIGKILL');
  };
}
