import { PassThrough } from 'node:stream';
import { installCrds } from '../../src/cli/operator-on-sandbox.ts';
import {
  type ClusterConfig,
  createKubeClient,
  KubeConnection,
  namespaceKind,
  type Transport,
} from '../../src/kube/index.ts';
import { tokenIdentity } from '../../src/kube/config/identity.ts';
import { type HttpRequest, type HttpResponse, TransportError } from '../../src/kube/transport/transport.ts';
import { createTokenKey } from '../../src/sandbox/kube-api/access/tokens.ts';
import { type Core, createCore } from '../../src/sandbox/kube-api/core.ts';
import type { Request, Response } from '../../src/sandbox/kube-api/http/exchange.ts';
import { handle } from '../../src/sandbox/kube-api/http/handler.ts';
import { storageKey } from '../../src/sandbox/kube-api/resource.ts';
import type { Kept } from '../../src/sandbox/kube-api/store.ts';
import { untilAborted } from '../../src/util/abort.ts';
import type { Clock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { createInTurn } from './in-turn.ts';
import { aCall } from './pass.ts';

export const NAMESPACE = 'kcp-system';
const TOKEN = 'memory';
const tokenKeyPem = createTokenKey();

/** What each server starts with: to install definitions takes longer than most tests. */
let prepared: Promise<Kept> | undefined;

/** The embedded Kubernetes API in the same process: no socket and no TLS, so that nothing takes real time. */
export class MemoryKube {
  /** What its clients show. */
  static readonly token = TOKEN;
  readonly #core: Core;
  readonly config: ClusterConfig;
  readonly #inTurn = createInTurn();
  #requests = 0;

  private constructor(clock: Clock, state: Kept | undefined) {
    const identity = { token: TOKEN, tokenKeyPem };
    let objects = 0;
    const newUid = (): string => `00000000-0000-4000-8000-${String((objects += 1)).padStart(12, '0')}`;
    this.#core = createCore({ clock, wireClock: clock, log: silentLogger, identity, state, newUid });
    this.config = {
      name: 'memory',
      server: new URL('https://kubernetes.memory'),
      defaultNamespace: 'default',
      certificateAuthority: undefined,
      verifyServer: true,
      serverName: undefined,
      identity: tokenIdentity({ text: TOKEN }, clock),
    };
  }

  /** With the CRDs and {@link NAMESPACE}. */
  static async start(clock: Clock): Promise<MemoryKube> {
    prepared ??= MemoryKube.#prepare();
    return new MemoryKube(clock, await prepared);
  }

  static async #prepare(): Promise<Kept> {
    const clock = new VirtualClock();
    const kube = new MemoryKube(clock, undefined);
    const connection = new KubeConnection(kube.config, { clock, transport: kube.connect() });
    const client = createKubeClient(connection, aCall({ clock }));
    await installCrds(client);
    await client.create(namespaceKind, { metadata: { name: NAMESPACE } });
    connection.close();
    const { store, deps } = kube.#core;
    const objects = deps.api.registry.storages().flatMap((resource) => {
      const key = storageKey(resource);
      return store.list(key, undefined).map((object) => ({ resource: key, object }));
    });
    return { keep: () => {}, load: () => ({ revision: store.revision, objects }) };
  }

  get faults(): Core['deps']['faults'] {
    return this.#core.deps.faults;
  }

  /** A number that changes whenever something happens. */
  happened(): number {
    return this.#requests + this.revision;
  }

  /** A number that changes with each write. */
  get revision(): number {
    return this.#core.store.revision;
  }

  /** Ends all open watches as the real server does now and then. */
  closeWatches(): void {
    this.#core.closeWatches();
  }

  /** Forgets the history: watches that start in the past are answered with 410. */
  compact(): void {
    this.#core.store.compact();
  }

  /** One program's way to the server; closed, it breaks off what is open. */
  connect(): Transport {
    const closing = new AbortController();
    return {
      request: (request) => {
        const signal = AbortSignal.any([request.signal, closing.signal]);
        const { method, path, body = '' } = request;
        this.#requests += 1;
        return this.#inTurn(`${method} ${path} ${body}`, () => this.#answer(request, signal));
      },
      whenReachable: () => Promise.resolve(false),
      renew: () => {},
      close: () => closing.abort(new TransportError('the connection is closed', true)),
    };
  }

  async #answer({ method, path, headers, body, beforeSend }: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    signal.throwIfAborted();
    beforeSend();
    const response = new MemoryResponse();
    const onAbort = (): void => void response.destroy(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    response.once('close', () => signal.removeEventListener('abort', onAbort));
    const chunks = body === undefined ? [] : [Buffer.from(body)];
    // The handler reads of both what stands here; sockets, which only TLS has a use for, there are none.
    const request = Object.assign(chunks, { method, url: path, headers }) as unknown as Request;
    void handle({ ...this.#core.deps, signal }, request, response as unknown as Response);
    await untilAborted(response.begun, signal);
    return { status: response.statusCode, header: (name) => response.headers.get(name), body: response };
  }
}

/** What the handler writes its answer to, and the client reads it from. */
class MemoryResponse extends PassThrough {
  statusCode = 200;
  headersSent = false;
  readonly headers = new Map<string, string>();
  readonly begun: Promise<void>;
  readonly #begin: () => void;

  constructor() {
    super();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.begun = promise;
    this.#begin = resolve;
    // Dropped before it began, or broken off: whoever waits for it, or reads it, hears of that.
    this.on('error', () => {});
    this.once('close', () => {
      if (!this.headersSent) reject(new TransportError('the connection broke', true));
    });
  }

  setHeader(name: string, value: string | number | readonly string[]): void {
    this.headers.set(name.toLowerCase(), [value].flat().join(', '));
  }

  flushHeaders(): void {
    this.headersSent = true;
    this.#begin();
  }

  override end(chunk?: unknown): this {
    this.flushHeaders();
    return super.end(chunk);
  }
}
