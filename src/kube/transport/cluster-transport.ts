import type { Socket } from 'node:net';
import { untilAborted } from '../../util/abort.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import type { ClusterConfig } from '../config/cluster-config.ts';
import { KubeConfigError } from '../config/error.ts';
import { dial } from './dial.ts';
import { Http1Transport } from './http1.ts';
import { type Http2Session, openHttp2Session } from './http2-session.ts';
import { type HttpRequest, type HttpResponse, type Transport, TransportError } from './transport.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 15_000;

export interface ClusterTransportOptions {
  readonly clock: Clock;
  /** 0 to 1; spreads the reconnections of many clusters and replicas. Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * The way to one API server: one HTTP/2 session for all requests and watches, a second one only when the server's
 * stream limit is reached or the first one drains; HTTP/1.1 when the server speaks nothing else.
 *
 * *States*: idle → connecting (one attempt for all that wait; after failures with growing, jittered pauses) →
 * connected (h2 or http/1.1) → idle when the session closes. *Guarantees*: an unreachable server sees one connection
 * attempt at a time however many ask; a waiting request ends with its own signal, never later.
 */
export class ClusterTransport implements Transport {
  readonly #config: ClusterConfig;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #closing = new AbortController();
  #sessions: Http2Session[] = [];
  #http1: Http1Transport | undefined;
  #connecting: Promise<void> | undefined;
  #failures = 0;

  constructor(config: ClusterConfig, options: ClusterTransportOptions) {
    this.#config = config;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
  }

  /** How many connections stand, for metrics and tests. */
  get connections(): number {
    return this.#sessions.filter((session) => !session.isClosed).length;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const basePath = this.#config.server.pathname.replace(/\/$/, '');
    const rooted = { ...request, path: `${basePath}${request.path}` };
    for (;;) {
      request.signal.throwIfAborted();
      if (this.#http1 !== undefined) return this.#http1.request(rooted);
      const session = this.#freeSession();
      if (session !== undefined) return session.request({ ...rooted, headers: this.#withAuthority(rooted.headers) });
      await this.#connect(request.signal);
    }
  }

  renew(): void {
    for (const session of this.#sessions) session.drain();
    this.#http1?.renew();
  }

  close(): void {
    this.#closing.abort(new TransportError('the connection was closed', false));
    for (const session of this.#sessions) session.destroy();
    this.#http1?.close();
  }

  #withAuthority(headers: Readonly<Record<string, string>>): Record<string, string> {
    return { ':authority': this.#config.server.host, ':scheme': 'https', ...headers };
  }

  #freeSession(): Http2Session | undefined {
    this.#sessions = this.#sessions.filter((session) => !session.isClosed);
    return this.#sessions.find((session) => session.hasRoom);
  }

  /** Waits for the running attempt, or begins one; one asker's end does not end it for the others. */
  async #connect(signal: AbortSignal): Promise<void> {
    this.#closing.signal.throwIfAborted();
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
    });
    await untilAborted(this.#connecting, signal);
  }

  async #attempt(): Promise<void> {
    await this.#backoff();
    try {
      await this.#open();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      throw error instanceof TransportError || error instanceof KubeConfigError
        ? error
        : new TransportError('cannot connect', false, error);
    }
  }

  async #backoff(): Promise<void> {
    if (this.#failures === 0) return;
    const longestMs = Math.min(FIRST_BACKOFF_MS * 2 ** (this.#failures - 1), LONGEST_BACKOFF_MS);
    await sleep(this.#clock, longestMs * (0.5 + this.#random() / 2), this.#closing.signal);
  }

  async #open(): Promise<void> {
    await this.#withinTimeout(async (signal) => {
      const { socket, protocol } = await dial(this.#config, signal);
      if (protocol === 'h2') {
        this.#sessions.push(await openHttp2Session(socket, this.#config.server.origin, this.#clock, signal));
        return;
      }
      socket.destroy();
      const dialAgain = async (): Promise<Socket> =>
        (await this.#withinTimeout((signal) => dial(this.#config, signal))).socket;
      this.#http1 = new Http1Transport(this.#config.server, dialAgain);
    });
  }

  async #withinTimeout<T>(connect: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = new AbortController();
    const expire = (): void => timeout.abort(new TransportError('cannot connect (timed out)', false));
    const cancel = this.#clock.schedule(CONNECT_TIMEOUT_MS, expire);
    try {
      return await connect(AbortSignal.any([timeout.signal, this.#closing.signal]));
    } finally {
      cancel();
    }
  }
}
