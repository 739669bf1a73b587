import { randomBytes } from 'node:crypto';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { Socket } from 'node:net';
import { clusterConfigFromText } from '../../src/kube/index.ts';
import type { ClusterConfig } from '../../src/kube/config/cluster-config.ts';
import { ClusterTransport } from '../../src/kube/transport/cluster-transport.ts';
import type { HttpRequest, HttpResponse } from '../../src/kube/transport/transport.ts';
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { ANONYMOUS } from '../../src/sandbox/kube-api/access/user.ts';
import { type Fault, FaultPlan, type FaultSubject } from '../../src/sandbox/kube-api/faults.ts';
import { createAuthenticator } from '../../src/sandbox/kube-api/http/authenticate.ts';
import { drop, errorReply, readBody, send } from '../../src/sandbox/kube-api/http/exchange.ts';
import { verbOf } from '../../src/sandbox/kube-api/http/query.ts';
import { kubeconfigFor } from '../../src/sandbox/kube-api/kubeconfig.ts';
import { StatusError } from '../../src/sandbox/kube-api/status.ts';
import { type Clock, sleep, systemClock } from '../../src/util/clock.ts';
import { listen } from '../../src/util/listen.ts';
import { linesOfBody } from './body-lines.ts';
import { isOfTheCluster, kindPath, requestedPathFrom, scopedPath } from './relay-path.ts';
import { USER_AGENT } from './user.ts';
import { WatchLag } from './watch-lag.ts';

export interface KubeRelayOptions {
  /** Of the server behind it. */
  readonly kubeconfig: string;
  /** All of the cluster that its clients see. */
  readonly namespace: string;
  /** Of the delays of faults. */
  readonly clock: Clock;
}

const HOST = '127.0.0.1';
/** What goes on to the server as it came; the rest is between two ends of one connection. */
const FORWARDED = ['accept', 'content-type', 'user-agent'];
const RETURNED = ['content-type', 'warning', 'retry-after'];

/**
 * A way to a real API server on which a test sees what goes on, and can make it go wrong, as the embedded one lets it.
 * Its clients see one namespace: lists and watches across namespaces are answered with what is in it, those of kinds that
 * have none with what is called after it.
 */
export class KubeRelay {
  readonly faults = new FaultPlan();
  readonly caPem: string;
  readonly kubeconfig: string;
  readonly url: string;
  readonly #options: KubeRelayOptions;
  readonly #authenticator: ReturnType<typeof createAuthenticator>;
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #config: ClusterConfig;
  readonly #transport: ClusterTransport;
  readonly #lag = new WatchLag();
  readonly #stopping = new AbortController();
  readonly #writeListeners: (() => void)[] = [];
  #underWay = 0;
  #happened = 0;
  #writes = 0;

  private constructor(
    options: KubeRelayOptions,
    parts: { server: Http2SecureServer; url: string; caPem: string; kubeconfig: string; token: string },
  ) {
    this.#options = options;
    this.#server = parts.server;
    this.#authenticator = createAuthenticator(parts.token);
    this.url = parts.url;
    this.caPem = parts.caPem;
    this.kubeconfig = parts.kubeconfig;
    this.#config = clusterConfigFromText(options.kubeconfig);
    this.#transport = new ClusterTransport(this.#config, { clock: systemClock, random: Math.random });
    parts.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket.setNoDelay(true));
      socket.on('close', () => this.#sockets.delete(socket));
    });
    parts.server.on(
      'request',
      (request: Http2ServerRequest, response: Http2ServerResponse) => void this.#handle(request, response),
    );
  }

  static async start(options: KubeRelayOptions): Promise<KubeRelay> {
    const authority = await createCertificateAuthority('test-relay', systemClock.now());
    const { certificatePem: cert, privateKeyPem: key } = await authority.issueServer('relay', [HOST]);
    const client = await authority.issueClient('test', []);
    const token = randomBytes(24).toString('base64url');
    const server = createSecureServer({ cert, key, ca: authority.caPem, requestCert: true, rejectUnauthorized: false });
    const url = `https://${HOST}:${await listen(server, { port: 0, host: HOST })}`;
    const kubeconfig = kubeconfigFor(url, authority.caPem, client, token);
    return new KubeRelay(options, { server, url, caPem: authority.caPem, kubeconfig, token });
  }

  /** Requests that the server has not answered yet, and watches that have not told of all writes. */
  inFlight(): number {
    return this.#underWay + this.#lag.behind;
  }

  /** A number that changes whenever something happens. */
  happened(): number {
    return this.#happened;
  }

  /** A number that changes with each write. */
  resourceVersion(): number {
    return this.#writes;
  }

  /** `listen` is called after each write. */
  onWrite(listener: () => void): void {
    this.#writeListeners.push(listener);
  }

  /** Safe to repeat. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort(new Error('the relay stops'));
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    this.#transport.close();
    await closed;
  }

  async #handle(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    response.on('error', () => drop(response));
    try {
      await this.#relay(request, response);
    } catch (error) {
      if (!response.destroyed && !this.#stopping.signal.aborted) this.#fail(request, response, error);
    }
  }

  #fail(request: Http2ServerRequest, response: Http2ServerResponse, error: unknown): void {
    if (response.headersSent) drop(response);
    else send(request, response, errorReply(new StatusError(502, 'InternalError', String(error))));
  }

  async #relay(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    this.#happened += 1;
    const url = new URL(request.url ?? '/', this.url);
    const body = (await readBody(request)).toString('utf8');
    const user = this.#authenticator.authenticate(request);
    if (!user || user.name === ANONYMOUS.name) {
      send(request, response, errorReply(new StatusError(401, 'Unauthorized', 'Unauthorized')));
      return;
    }
    const subject = subjectOf(request, url);
    const fault = this.faults.take(subject);
    if (fault?.delayMs !== undefined) await sleep(this.#options.clock, fault.delayMs, this.#stopping.signal);
    const struck =
      fault && (fault.drop || fault.status !== undefined || fault.delayMs === undefined) ? fault : undefined;
    if (struck && struck.when !== 'after') {
      strike(request, response, struck);
      return;
    }
    const hangUp = new AbortController();
    response.on('close', () => hangUp.abort(new Error('the client hung up')));
    const sent = await this.#forwarded(request, url, body, AbortSignal.any([hangUp.signal, this.#stopping.signal]));
    if (subject.verb === 'watch') await this.#relayWatch(url, subject, sent, response);
    else
      await this.#relayAnswer(url, subject, sent, (status, answer) => {
        if (struck) strike(request, response, struck);
        else end(response, status, this.#ownIn(url, subject, answer));
      });
  }

  async #forwarded(request: Http2ServerRequest, url: URL, body: string, signal: AbortSignal): Promise<HttpRequest> {
    const authorization = await this.#config.identity.authorization(signal);
    const kept = FORWARDED.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return {
      // A method that the API does not know is refused by the server.
      method: request.method as HttpRequest['method'],
      path: scopedPath(url.pathname, this.#options.namespace) + url.search,
      headers: { ...Object.fromEntries(kept), ...(authorization !== undefined && { authorization }) },
      body: body === '' ? undefined : body,
      signal,
      beforeSend: () => {},
    };
  }

  /** Of a list, what is of this file. */
  #ownIn({ pathname }: URL, { verb }: FaultSubject, answer: Buffer): Buffer {
    if (verb !== 'list' || !isOfTheCluster(pathname)) return answer;
    const list = JSON.parse(answer.toString('utf8')) as { readonly items?: readonly Named[] };
    return Buffer.from(JSON.stringify({ ...list, ...(list.items && { items: list.items.filter(this.#isOwn) }) }));
  }

  readonly #isOwn = ({ metadata }: Named): boolean =>
    metadata?.name === undefined || metadata.name.startsWith(`${this.#options.namespace}-`);

  async #relayAnswer(
    url: URL,
    subject: FaultSubject,
    request: HttpRequest,
    answer: (response: HttpResponse, body: Buffer) => void,
  ): Promise<void> {
    this.#underWay += 1;
    try {
      const response = await this.#transport.request(request);
      const body = await bytesOf(response);
      if (subject.isWrite && response.status < 300) this.#noteWrite(url, body);
      answer(response, body);
    } finally {
      this.#underWay -= 1;
      this.#happened += 1;
    }
  }

  #noteWrite({ pathname }: URL, body: Buffer): void {
    this.#writes += 1;
    this.#lag.written(kindPath(pathname), JSON.parse(body.toString('utf8')) as Parameters<WatchLag['written']>[1]);
    for (const listener of this.#writeListeners) listener();
  }

  async #relayWatch(
    url: URL,
    subject: FaultSubject,
    request: HttpRequest,
    response: Http2ServerResponse,
  ): Promise<void> {
    const followed =
      subject.userAgent === USER_AGENT || url.searchParams.has('fieldSelector')
        ? undefined
        : this.#lag.follow(kindPath(url.pathname), url.searchParams);
    try {
      const answer = await this.#transport.request(request);
      begin(response, answer);
      for await (const line of linesOfBody(answer.body)) {
        if (isOfTheCluster(url.pathname) && !this.#isOwn((JSON.parse(line) as { readonly object: Named }).object))
          continue;
        response.write(`${line}\n`);
        this.#happened += 1;
        followed?.tell(line);
      }
      response.end();
    } finally {
      followed?.end();
      this.#happened += 1;
    }
  }
}

/** An object as the API writes it; a bookmark has no name. */
interface Named {
  readonly metadata?: { readonly name?: string };
}

function subjectOf(request: Http2ServerRequest, url: URL): FaultSubject {
  const path = requestedPathFrom(url.pathname);
  const verb = verbOf(request.method ?? 'GET', path.name, url.searchParams);
  const isWrite = !['get', 'list', 'watch'].includes(verb) && !url.searchParams.getAll('dryRun').includes('All');
  return { ...path, verb, isWrite, userAgent: request.headers['user-agent'] ?? '' };
}

function strike(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  { status = 500, retryAfterSeconds, ...fault }: Fault,
): void {
  if (fault.drop) {
    drop(response);
    return;
  }
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  send(request, response, errorReply(new StatusError(status, '', 'a fault that was asked for', details)));
}

function begin(response: Http2ServerResponse, { status, header }: HttpResponse): void {
  const headers = RETURNED.map((name) => [name, header(name)] as const);
  response.writeHead(status, Object.fromEntries(headers.filter(([, value]) => value !== undefined)));
}

function end(response: Http2ServerResponse, answer: HttpResponse, body: Buffer): void {
  begin(response, answer);
  response.end(body);
}

async function bytesOf({ body }: HttpResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // The body of a response is bytes.
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
