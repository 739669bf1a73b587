import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient, KubeConnection, loadClusterConfig, type NamespacedName } from '../../kube/index.ts';
import type { SandboxInfo, Speed } from '../../sandbox/index.ts';
import type { Call } from '../../util/call.ts';
import { messageOf } from '../../util/error-message.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { createIdentityIn, writeScope } from '../user-clusters.ts';
import type { AppStage, Side } from './app-stage.ts';
import { Application } from './application/application.ts';
import { mountSecret } from './application/mount.ts';
import type { Stage } from './stage.ts';

/** What the story of an application calls its cluster. */
export const USER_CLUSTER = 'demo';

const SECOND_MS = 1000;
/** What a kubelet may take to bring a changed Secret into its Pods, and how long the operator waits for that by default. */
const MOUNT_LAG_MS = 60 * SECOND_MS;
const TOKEN_GRACE_MS = 600 * SECOND_MS;

interface Pace {
  readonly mountLagMs: number;
  readonly tokenGraceMs: number;
}

/** Faster by the sandbox's speed; programs and connections take their own time, whatever that is. */
export function paceAt(speed: Speed): Pace {
  const factor = speed === 'max' ? Infinity : speed;
  const mountLagMs = Math.max(MOUNT_LAG_MS / factor, SECOND_MS / 2);
  return { mountLagMs, tokenGraceMs: Math.max(TOKEN_GRACE_MS / factor, mountLagMs + 5 * SECOND_MS) };
}

/** *Throws* {@link UsageError} when the application cannot run: of those who install the program most need no Redis client. */
export async function refuseWithoutRedisClient(): Promise<void> {
  try {
    await import('./application/client.ts');
  } catch (error) {
    const what = 'The application of this story needs the package ioredis: npm install ioredis@6';
    throw new UsageError(`${what} (${messageOf(error)})`, { cause: error });
  }
}

export interface AppProduction {
  readonly stage: AppStage;
  /** Ends the application, if one runs, and takes its files away. */
  close(): Promise<void>;
}

export interface AppProductionDeps {
  readonly call: Call;
  readonly terminal: Terminal;
  readonly info: SandboxInfo;
  readonly speed: Speed;
  /** Path of the kubeconfig of the users' cluster. */
  readonly userKubeconfig: string;
}

/** Sets the stage for the story of an application. */
export async function openAppProduction(stage: Stage, deps: AppProductionDeps): Promise<AppProduction> {
  const { call, terminal, info, userKubeconfig } = deps;
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: userKubeconfig }));
  const user = createKubeClient(connection, call);
  const place = new ApplicationPlace(call, paceAt(deps.speed).mountLagMs, connection);
  return {
    stage: {
      ...stage,
      cluster: USER_CLUSTER,
      user,
      signal: call.signal,
      createIdentity: () => createIdentityIn(userKubeconfig, call),
      writeScope: () => writeScope(stage.kube, USER_CLUSTER, info),
      say: (side, command, answer = []) => sayOn(terminal, side, command, answer),
      startApplication: (secret) => place.start(secret),
      application: () => place.application,
    },
    close: async () => {
      await place.close();
      connection.close();
    },
  };
}

const INDENT = ' '.repeat('[10/10] '.length);

function sayOn(terminal: Terminal, side: Side, command: string, answer: readonly string[]): void {
  terminal.paragraph(`${INDENT}${side}$ ${terminal.bold(command)}`, `${INDENT}  `);
  for (const line of answer) terminal.paragraph(terminal.dim(`${INDENT}${line}`), INDENT);
}

/** Where the application runs: a folder that its Secret is mounted into, and a process. */
class ApplicationPlace {
  readonly #call: Call;
  readonly #lagMs: number;
  readonly #connection: KubeConnection;
  readonly #ending = new AbortController();
  #mounting: Promise<void> = Promise.resolve();
  #folder: string | undefined;
  #application: Application | undefined;

  constructor(call: Call, lagMs: number, connection: KubeConnection) {
    this.#call = call;
    this.#lagMs = lagMs;
    this.#connection = connection;
  }

  get application(): Application {
    if (!this.#application) throw new Error('No application was started');
    return this.#application;
  }

  async start(key: Required<NamespacedName>): Promise<Application> {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-application-'));
    this.#folder = folder;
    const { clock } = this.#call;
    const signal = AbortSignal.any([this.#call.signal, this.#ending.signal]);
    const kube = createKubeClient(this.#connection, { ...this.#call, signal });
    const { promise: mounted, resolve } = Promise.withResolvers<void>();
    this.#mounting = mountSecret({ kube, key, folder, lagMs: this.#lagMs, clock }, signal, resolve);
    await Promise.race([mounted, this.#mounting]);
    this.#application = new Application(folder);
    return this.#application;
  }

  async close(): Promise<void> {
    await this.#application?.stop();
    this.#ending.abort(new Error('The application has ended'));
    // What it was ended by is the reason that it ends with.
    await this.#mounting.catch(() => {});
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true });
  }
}
