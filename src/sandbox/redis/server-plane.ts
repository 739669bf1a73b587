/**
 * The data plane of real servers: a process for each node.
 *
 * Guarantees: a group that is removed while its servers start or change leaves none behind; when the sandbox ends, even
 * by SIGKILL, so do all servers. Calls for one group come one after the other; different groups do not wait for each
 * other.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import type { DataPlane, Deployment, DeploymentSpec } from '../aws/elasticache/data-plane.ts';
import type { CertificateAuthority } from '../certificates.ts';
import { addressesOf, HOST } from './addresses.ts';
import { changeCluster, formCluster, formReplication } from './cluster.ts';
import { liveShard, type LiveShard } from './live-shard.ts';
import type { ServerBinary } from './server-binary.ts';
import { ServerProcess } from './server-process.ts';
import { type ServerDeps, type TlsFiles } from './server-configuration.ts';
import { Watchdog } from './watchdog.ts';

interface Group {
  readonly removal: AbortController;
  readonly servers: Map<string, ServerProcess>;
  shards: readonly LiveShard[];
  /** The last change, for the next one to wait for; never rejects. */
  last: Promise<void>;
}

export interface ServerPlaneDeps {
  readonly binary: ServerBinary;
  readonly authority: CertificateAuthority;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

async function writeTlsFiles(folder: string, authority: CertificateAuthority): Promise<TlsFiles> {
  const server = await authority.issueServer(HOST, [HOST, 'localhost']);
  const client = await authority.issueClient('sandbox', []);
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    ca: await file('ca.crt', authority.caPem),
    certificate: await file('server.crt', server.certificatePem),
    key: await file('server.key', server.privateKeyPem),
    clientCertificate: await file('client.crt', client.certificatePem),
    clientKey: await file('client.key', client.privateKeyPem),
  };
}

/** Everybody's tokens; without any (user groups, whose passwords the sandbox does not keep) the door is open. */
function userCommand(tokens: DeploymentSpec['tokens']): readonly string[] {
  const isOpen = tokens.length === 0 || tokens.includes(undefined);
  const passwords = isOpen ? ['nopass'] : tokens.map((token) => `>${token ?? ''}`);
  return ['ACL', 'SETUSER', 'default', 'reset', 'on', ...passwords, '~*', '&*', '+@all'];
}

export class ServerPlane implements DataPlane {
  readonly description: string;
  readonly #deps: ServerDeps;
  readonly #log: Logger;
  readonly #groups = new Map<string, Group>();
  readonly #endings = new Set<Promise<void>>();

  private constructor(deps: ServerDeps, log: Logger) {
    this.description = `${deps.binary.name} ${deps.binary.version}`;
    this.#deps = deps;
    this.#log = log;
  }

  static async create({ binary, authority, folder: parent, clock, log }: ServerPlaneDeps): Promise<ServerPlane> {
    const folder = join(parent, 'redis');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const tls = await writeTlsFiles(folder, authority);
    const adminPassword = randomBytes(24).toString('hex');
    return new ServerPlane({ binary, tls, folder, adminPassword, clock, watchdog: new Watchdog(folder) }, log);
  }

  async apply(spec: DeploymentSpec): Promise<Deployment> {
    const group = this.#groups.get(spec.key) ?? newGroup();
    this.#groups.set(spec.key, group);
    const change = group.last.then(() => this.#change(group, spec));
    group.last = change.then(
      () => {},
      // The caller gets the error; the next change only has to wait for the end of this one.
      () => {},
    );
    await change;
    return addressesOf(spec, (id) => serverOf(group, id).address);
  }

  remove(key: string): void {
    const group = this.#groups.get(key);
    if (!group) return;
    this.#groups.delete(key);
    group.removal.abort(new Error('The group was removed'));
    const ending = group.last.then(() => this.#end(group)).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  async stop(): Promise<void> {
    for (const key of this.#groups.keys()) this.remove(key);
    await Promise.all(this.#endings);
    await this.#deps.watchdog.stop();
  }

  async #change(group: Group, spec: DeploymentSpec): Promise<void> {
    const waiting = { clock: this.#deps.clock, signal: group.removal.signal };
    const wanted = spec.shards.flatMap(({ nodeIds }) => nodeIds);
    // All of them, also after one has failed: none may start after the group has been given up.
    const started = await Promise.allSettled(wanted.map((id) => this.#ensureServer(id, group, spec)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    // Before anybody is sent to servers that are new.
    for (const server of group.servers.values()) await server.ask([userCommand(spec.tokens)]);
    const shards = spec.shards.map(({ id, slots, nodeIds }) =>
      liveShard(
        id,
        slots,
        nodeIds.map((nodeId) => serverOf(group, nodeId)),
      ),
    );
    if (!spec.isClustered) await formReplication(shards[0]?.nodes ?? [], waiting);
    else if (group.shards.length === 0) await formCluster(shards, waiting);
    else await changeCluster(group.shards, shards, waiting);
    group.shards = shards;
    await this.#dropOthers(group, wanted);
  }

  async #ensureServer(id: string, group: Group, { isClustered, isTransitEncrypted }: DeploymentSpec): Promise<void> {
    if (group.servers.has(id)) return;
    const { signal } = group.removal;
    signal.throwIfAborted();
    group.servers.set(id, await ServerProcess.start({ id, isClustered, isTransitEncrypted }, this.#deps, signal));
  }

  async #dropOthers(group: Group, wanted: readonly string[]): Promise<void> {
    for (const [id, server] of group.servers) {
      if (wanted.includes(id)) continue;
      group.servers.delete(id);
      await server.stop();
    }
  }

  /** Never rejects: what could not be ended is ended by the watchdog at last. */
  async #end({ servers }: Group): Promise<void> {
    const results = await Promise.allSettled([...servers.values()].map((server) => server.stop()));
    for (const result of results) {
      if (result.status === 'rejected') this.#log.warn({ err: result.reason }, 'a server could not be ended');
    }
  }
}

function newGroup(): Group {
  return { removal: new AbortController(), servers: new Map(), shards: [], last: Promise.resolve() };
}

function serverOf({ servers }: Group, id: string): ServerProcess {
  const server = servers.get(id);
  if (!server) throw new Error(`No server runs for ${id}`);
  return server;
}
