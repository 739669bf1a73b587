/** One real server: its folder, its configuration, its process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Clock, sleep } from '../../util/clock.ts';
import type { Address } from '../aws/elasticache/data-plane.ts';
import { HOST } from './addresses.ts';
import { ask, type AdminAccess } from './admin.ts';
import type { Reply } from './resp.ts';
import type { ServerBinary } from './server-binary.ts';
import type { Watchdog } from './watchdog.ts';

/** Paths of the files that all servers of a sandbox share. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Nodes of a cluster show each other this one: the bus wants both sides to have one. */
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export interface ServerDeps {
  readonly binary: ServerBinary;
  readonly tls: TlsFiles;
  readonly folder: string;
  readonly adminPassword: string;
  readonly watchdog: Watchdog;
  readonly clock: Clock;
}

export interface ServerWish {
  readonly id: string;
  readonly isClustered: boolean;
  readonly isTransitEncrypted: boolean;
}

const ADMIN = 'sandbox';
const READY_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 20;

/**
 * Ports of nodes; the bus of a cluster is 10,000 higher. Both lie below the ports that systems give to outgoing
 * connections (from 32,768 on), so that nobody takes them between our look and the server's start.
 */
const FIRST_PORT = 17_000;
const LAST_PORT = 22_500;
const BUS_OFFSET = 10_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

let nextPort = FIRST_PORT + ((process.pid * 37) % (LAST_PORT - FIRST_PORT));

/** Several sandboxes of one machine start at different places and step over what others have. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < LAST_PORT - FIRST_PORT; tries++) {
    const port = nextPort;
    nextPort = nextPort >= LAST_PORT ? FIRST_PORT : nextPort + 1;
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
  throw new Error(`No free port from ${FIRST_PORT} to ${LAST_PORT}`);
}

function clusterLines(port: number, isTransitEncrypted: boolean, { major }: ServerBinary): string[] {
  return [
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    'cluster-node-timeout 5000',
    'cluster-require-full-coverage no',
    `cluster-announce-ip ${HOST}`,
    `cluster-announce-${isTransitEncrypted ? 'tls-port' : 'port'} ${port}`,
    `cluster-announce-bus-port ${port + BUS_OFFSET}`,
    ...(isTransitEncrypted ? ['tls-cluster yes'] : []),
    // Replicas stay where the simulated AWS says that they are.
    ...(major >= 7 ? ['cluster-allow-replica-migration no'] : []),
  ];
}

function tlsLines(port: number, { ca, certificate, key, clientCertificate, clientKey }: TlsFiles): string[] {
  return [
    'port 0',
    `tls-port ${port}`,
    `tls-ca-cert-file ${ca}`,
    `tls-cert-file ${certificate}`,
    `tls-key-file ${key}`,
    `tls-client-cert-file ${clientCertificate}`,
    `tls-client-key-file ${clientKey}`,
    'tls-auth-clients no',
    'tls-replication yes',
  ];
}

/** Nobody but us gets in until the tokens are set; those never stand in a file. */
function configuration(port: number, folder: string, wish: ServerWish, deps: ServerDeps): string {
  const { tls, adminPassword, binary } = deps;
  return [
    ...(wish.isTransitEncrypted ? tlsLines(port, tls) : [`port ${port}`]),
    `bind ${HOST}`,
    'protected-mode no',
    `dir ${folder}`,
    'unixsocket s',
    'unixsocketperm 700',
    'logfile log',
    'daemonize no',
    'save ""',
    'appendonly no',
    'repl-diskless-sync yes',
    'repl-diskless-sync-delay 0',
    `user ${ADMIN} on >${adminPassword} ~* &* +@all`,
    'user default off',
    `masteruser ${ADMIN}`,
    `masterauth ${adminPassword}`,
    ...(wish.isClustered ? clusterLines(port, wish.isTransitEncrypted, binary) : []),
    '',
  ].join('\n');
}

/** A server that runs. */
export class ServerProcess {
  readonly id: string;
  readonly address: Address;
  readonly #access: AdminAccess;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #watchdog: Watchdog;

  private constructor(id: string, port: number, folder: string, child: ChildProcess, deps: ServerDeps) {
    this.id = id;
    this.address = { host: HOST, port };
    this.#access = { socketPath: join(folder, 's'), user: ADMIN, password: deps.adminPassword };
    this.#child = child;
    this.#folder = folder;
    this.#watchdog = deps.watchdog;
  }

  /** Starts a server and resolves when it answers. *Throws* when it ends before that, and when `signal` aborts. */
  static async start(wish: ServerWish, deps: ServerDeps, signal: AbortSignal): Promise<ServerProcess> {
    const port = await freePort();
    const folder = join(deps.folder, String(port));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'conf');
    await writeFile(file, configuration(port, folder, wish, deps), { mode: 0o600 });
    // A session of its own: Ctrl-C in a terminal ends the sandbox, and the sandbox ends its servers.
    const child = spawn(deps.binary.path, [file], { cwd: folder, detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    if (child.pid !== undefined) deps.watchdog.add(child.pid);
    const server = new ServerProcess(wish.id, port, folder, child, deps);
    try {
      await server.#untilReady(deps.clock, signal);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** As `ask` of admin.ts, to this server. */
  ask(commands: readonly (readonly string[])[]): Promise<readonly Reply[]> {
    return ask(this.#access, commands);
  }

  /** One command, and its reply as text. */
  async tell(...words: readonly string[]): Promise<string> {
    const [reply] = await this.ask([words]);
    return typeof reply === 'string' || typeof reply === 'number' ? String(reply) : '';
  }

  /** Kills the server and resolves when it is gone. There is nothing to save. Safe to repeat. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    if (this.#child.pid !== undefined) this.#watchdog.drop(this.#child.pid);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(clock: Clock, signal: AbortSignal): Promise<void> {
    const endMs = clock.monotonicMs() + READY_WITHIN_MS;
    for (;;) {
      if (await this.#answers()) return;
      if (this.#child.exitCode !== null) throw new Error(`The server of ${this.id} ended at once; see its log`);
      if (clock.monotonicMs() > endMs) throw new Error(`The server of ${this.id} does not answer`);
      await sleep(clock, LOOK_AGAIN_MS, signal);
    }
  }

  async #answers(): Promise<boolean> {
    // Until it listens, every error means "not yet"; the caller gives up after a while.
    return this.tell('PING').then(
      (reply) => reply === 'PONG',
      () => false,
    );
  }
}
