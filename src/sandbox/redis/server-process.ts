/** One real server: its folder and its process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, sleep } from '../../util/clock.ts';
import type { Address } from '../aws/elasticache/data-plane.ts';
import { HOST } from './addresses.ts';
import { ask, type AdminAccess } from './admin.ts';
import type { Reply } from './resp.ts';
import type { Watchdog } from './watchdog.ts';
import { freePort } from './ports.ts';
import { type ServerDeps, type ServerPlace, type ServerWish, ADMIN, configuration } from './server-configuration.ts';

const READY_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 20;
const SENT_WITHIN_MS = 10_000;

/** A server that runs. */
export class ServerProcess {
  readonly id: string;
  readonly address: Address;
  readonly #access: AdminAccess;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #watchdog: Watchdog;

  private constructor(id: string, { port, folder }: ServerPlace, child: ChildProcess, deps: ServerDeps) {
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
    await writeFile(file, configuration({ port, folder }, wish, deps), { mode: 0o600 });
    // A session of its own: Ctrl-C in a terminal ends the sandbox, and the sandbox ends its servers.
    const child = spawn(deps.binary.path, [file], { cwd: folder, detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    if (child.pid !== undefined) deps.watchdog.add(child.pid);
    const server = new ServerProcess(wish.id, { port, folder }, child, deps);
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

  /** By what other nodes of a cluster call it. */
  nodeId(): Promise<string> {
    return this.tell('CLUSTER', 'MYID');
  }

  /** Hands keys over to another node of the cluster, whatever that has under their names. */
  async sendKeys(keys: readonly string[], { address }: ServerProcess): Promise<void> {
    const { user, password } = this.#access;
    const place = [address.host, String(address.port), '', '0', String(SENT_WITHIN_MS), 'REPLACE'];
    await this.tell('MIGRATE', ...place, 'AUTH2', user, password, 'KEYS', ...keys);
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
