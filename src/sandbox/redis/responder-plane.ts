/** The data plane of small responders: a listener for each node, all in this process. */
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { listen } from '../../util/listen.ts';
import type { Logger } from '../../util/log.ts';
import type { Address, DataPlane, Deployment, DeploymentSpec } from '../aws/elasticache/data-plane.ts';
import type { CertifiedKey } from '../certificates.ts';
import { addressesOf, HOST } from './addresses.ts';
import { createCommandReader, encodeReply, RedisError } from './resp.ts';
import {
  answer,
  newClusterId,
  type ResponderGroup,
  type ResponderNode,
  type ResponderShard,
  type Session,
} from './responder.ts';
import { slotOf, slotRangeFrom } from './slots.ts';

interface Listener {
  readonly node: ResponderNode;
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

interface Group {
  readonly listeners: Map<string, Listener>;
  view: ResponderGroup;
}

export interface ResponderDeps {
  readonly certificate: CertifiedKey;
  readonly log: Logger;
}

export class ResponderPlane implements DataPlane {
  readonly description = 'a small responder that is no Redis server';
  readonly #deps: ResponderDeps;
  readonly #groups = new Map<string, Group>();

  constructor(deps: ResponderDeps) {
    this.#deps = deps;
  }

  async apply(spec: DeploymentSpec): Promise<Deployment> {
    const group = this.#groups.get(spec.key) ?? { listeners: new Map<string, Listener>(), view: EMPTY };
    this.#groups.set(spec.key, group);
    const wanted = spec.shards.flatMap(({ nodeIds }) => nodeIds);
    for (const [id, listener] of group.listeners) if (!wanted.includes(id)) drop(group, id, listener);
    for (const id of wanted) {
      if (!group.listeners.has(id)) group.listeners.set(id, await this.#listen(id, group, spec.isTransitEncrypted));
    }
    // The group may have been removed while its listeners were being opened.
    if (this.#groups.get(spec.key) !== group) close(group);
    group.view = viewOf(spec, group);
    return addressesOf(spec, (id) => addressIn(group, id));
  }

  remove(key: string): void {
    const group = this.#groups.get(key);
    this.#groups.delete(key);
    if (group) close(group);
  }

  async stop(): Promise<void> {
    for (const key of this.#groups.keys()) this.remove(key);
  }

  async #listen(id: string, group: Group, isEncrypted: boolean): Promise<Listener> {
    const { certificatePem, privateKeyPem } = this.#deps.certificate;
    const server = isEncrypted ? createTlsServer({ cert: certificatePem, key: privateKeyPem }) : createPlainServer();
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    // Whoever does not trust the certificate or hangs up in the handshake ends only their own connection.
    server.on('tlsClientError', (error: Error) => this.#deps.log.debug({ err: error }, 'a TLS client went away'));
    const node: ResponderNode = {
      id,
      clusterId: newClusterId(),
      address: { host: HOST, port: await listen(server, { port: 0, host: HOST }) },
    };
    const serve = (socket: Socket): void => this.#serve(socket, group, node);
    server.on(isEncrypted ? 'secureConnection' : 'connection', serve);
    return { node, server, sockets };
  }

  #serve(socket: Socket, group: Group, node: ResponderNode): void {
    const session: Session = { version: 2, isAuthenticated: false, isClosing: false };
    const reader = createCommandReader();
    socket.setEncoding('latin1');
    socket.on('error', (error) => this.#deps.log.debug({ err: error }, 'a connection broke'));
    socket.on('data', (piece: string) => {
      try {
        for (const words of reader.push(piece)) {
          if (words.length === 0) continue;
          socket.write(encodeReply(answer(words, session, group.view, node), session.version), 'latin1');
        }
        if (session.isClosing) socket.end();
      } catch (error) {
        if (!(error instanceof RedisError)) throw error;
        // A stream that is no Redis has no next command to go on with.
        socket.end(encodeReply(error, 2), 'latin1');
      }
    });
  }
}

const EMPTY: ResponderGroup = { version: '', isClustered: false, shards: [], tokens: [] };

function addressIn(group: Group, id: string): Address {
  const listener = group.listeners.get(id);
  if (!listener) throw new Error(`No listener for ${id}`);
  return listener.node.address;
}

function drop(group: Group, id: string, { server, sockets }: Listener): void {
  group.listeners.delete(id);
  server.close();
  for (const socket of sockets) socket.destroy();
}

function close(group: Group): void {
  for (const [id, listener] of group.listeners) drop(group, id, listener);
}

/** Keys go where their slots go; without cluster mode there is one shard that has them all. */
function viewOf(spec: DeploymentSpec, group: Group): ResponderGroup {
  const keys = new Map(group.view.shards.flatMap(({ data }) => [...data]));
  const shards = spec.shards.map(({ slots, nodeIds }): ResponderShard => {
    const nodes = nodeIds.map((id) => group.listeners.get(id)?.node).filter((node) => node !== undefined);
    return { slots: slotRangeFrom(slots), nodes, data: new Map() };
  });
  const view = { version: spec.engineVersion, isClustered: spec.isClustered, shards, tokens: spec.tokens };
  for (const [key, value] of keys) homeOf(view, key)?.data.set(key, value);
  return view;
}

function homeOf({ isClustered, shards }: ResponderGroup, key: string): ResponderShard | undefined {
  const slot = slotOf(key);
  return isClustered ? shards.find(({ slots }) => slots.first <= slot && slot <= slots.last) : shards[0];
}
