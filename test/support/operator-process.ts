import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFor } from '../../src/cli/operator-on-sandbox.ts';
import { clusterConfigFromText, createKubeClient, KubeConnection } from '../../src/kube/index.ts';
import { type AwsSimulator, startAwsSimulator } from '../../src/sandbox/aws/server.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import type { DemoSystem, DemoSystemOptions } from './demo-story.ts';
import { News } from './news.ts';
import { aCall } from './pass.ts';
import { programArguments } from './program-arguments.ts';
import { type ScenarioKube, startScenarioKube } from './scenario-kube.ts';
import { User, USER_AGENT } from './user.ts';

const PROGRAM = new URL('../../bin/cloud-manager.js', import.meta.url).pathname;

/** How much faster than real ones AWS's life cycles run, and the operator looks at them. */
const SPEED = 600;

/**
 * The program as a process of its own, on an AWS simulator in this one and a Kubernetes API that is reached through it, in
 * real time. When it dies it dies by SIGKILL: nothing of it runs any more, and the next is a new process.
 */
export class OperatorProcess implements DemoSystem {
  readonly aws: AwsSimulator;
  readonly api: ScenarioKube;
  readonly user: User;
  /** How many processes were killed. */
  deaths = 0;
  readonly #connection: KubeConnection;
  readonly #folder: string;
  readonly #flags: DemoSystemOptions['flags'];
  readonly #news = new News();
  #process: ChildProcess | undefined;
  #said = '';

  private constructor(
    aws: AwsSimulator,
    api: ScenarioKube,
    connection: KubeConnection,
    folder: string,
    flags: DemoSystemOptions['flags'],
  ) {
    this.aws = aws;
    this.api = api;
    this.#connection = connection;
    this.#folder = folder;
    this.#flags = flags;
    this.user = new User(createKubeClient(connection, aCall({ clock: systemClock })));
    api.onWrite(this.#news.tell);
    // The last resort, when a test ends without `stop`.
    process.once('exit', this.#kill);
  }

  static async start({ world, services, flags }: DemoSystemOptions): Promise<OperatorProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const aws = await startAwsSimulator({
      clock: systemClock,
      log: silentLogger,
      lifeCycle: { speed: SPEED },
      world,
      services,
    });
    const api = await startScenarioKube({ clock: systemClock, dataDir: folder });
    const connection = new KubeConnection(clusterConfigFromText(api.kubeconfig), { userAgent: USER_AGENT });
    const started = new OperatorProcess(aws, api, connection, folder, flags);
    started.#startOperator();
    return started;
  }

  get isOperatorAlive(): boolean {
    return this.#process !== undefined;
  }

  /** The process gets no instant more: the signal is delivered before anything else is answered. */
  killOperator(): void {
    this.deaths += 1;
    this.#kill();
    this.#news.tell();
  }

  /** Looks again after each write to Kubernetes and each death; there is no other news. *Throws* when none comes. */
  async until(
    holds: () => Promise<boolean>,
    { describe }: { readonly describe: () => Promise<string> },
  ): Promise<void> {
    const looking = (): Promise<boolean> => {
      if (!this.isOperatorAlive) this.#startOperator();
      return holds();
    };
    await this.#news.until(looking, async () => `${await describe()}\n${this.#said}`);
  }

  async advance(ms: number): Promise<void> {
    this.aws.lifeCycleClock.advance(ms);
  }

  async stop(): Promise<void> {
    const last = this.#process;
    this.#kill();
    if (last && last.exitCode === null && last.signalCode === null) await once(last, 'exit');
    process.off('exit', this.#kill);
    this.#connection.close();
    await this.api.stop();
    await this.aws.stop();
    await rm(this.#folder, { recursive: true });
  }

  #startOperator(): void {
    const { flags: given, env } = configurationFor({
      ...DEFAULT_ACCESS_KEY,
      kubeconfig: join(this.#folder, 'kubeconfig'),
      caFile: join(this.#folder, 'ca.crt'),
      awsEndpoint: this.aws.endpoint,
      region: DEFAULT_REGION,
    });
    const flags = {
      // The next life of a process that was killed is not to wait for the lease of the last one.
      leases: 'off',
      ...this.#flags,
      ...given,
      waitScale: String(1 / SPEED),
      waitTick: `${Math.round(10_000 / SPEED)}ms`,
      redisTokenGrace: `${Math.round(600_000 / SPEED)}ms`,
      logLevel: 'warn',
    };
    const started = spawn(process.execPath, [PROGRAM, 'run', ...programArguments(flags)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], ...env },
    });
    started.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-4_000)));
    started.once('exit', (code) => {
      if (this.#process === started) this.#news.fail(new Error(`The program ended by itself: ${code}`));
    });
    this.#process = started;
  }

  readonly #kill = (): void => {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  };
}
