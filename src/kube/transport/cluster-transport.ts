import type { Socket } from 'node:net';
import { untilAborted } from '../../util/abort.ts';
import { pauseAfter } from '../../util/backoff.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import type { ClusterConfig } from '../config/cluster-config.ts';
import { KubeConfigError } from '../config/error.ts';
import { dial } from './dial.ts';
import { Http1Transport } from './http1.ts';
import { type Http2Session, openHttp2Session } from './http2-session.ts';
import { type HttpRequest, type HttpResponse, type Transport, TransportError } from './transport.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 100;
export const DEFAULT_LONGEST_PAUSE_MS = 15_000;
/** Who works on objects of a cluster works on others meanwhile, if it is told so soon. */
const LONGEST_WAIT_MS = 15_000;
/** A server that is restarted, or sends its clients elsewhere, is back by then. */
const TOLD_AFTER_ATTEMPTS = 3;

/** Whether a server can be reached, as it is told: `problem` says why not. */
export interface Reachability {
  readonly isReachable: boolean;
  readonly problem: string | undefined;
}

export interface ClusterTransportOptions {
  readonly clock: Clock;
  /** 0 to 1; spreads the reconnections of many clusters and replicas. Default: `Math.random`. */
  readonly random?: () => number;
  /** The longest pause before the next attempt to connect. Default: 15 s. */
  readonly longestPauseMs?: number | undefined;
  /** Hears once that the server is away, and once that it is back. */
  readonly onReachability?: ((reachability: Reachability) => void) | undefined;
}

/**
 * The way to one API server: one HTTP/2 session for all requests and watches, a second one only when the server's
 * stream limit is reached or the first one drains; HTTP/1.1 when the server speaks nothing else.
 *
 * *States*: idle → connecting (one attempt for all that wait; after failures with growing, jittered pauses) →
 * connected (h2 or http/1.1) → idle when the session closes. A connection on which nothing was ever answered is a failed
 * attempt, too. *Guarantees*: an unreachable server sees one connection attempt at a time however many ask; a waiting
 * request ends with its own signal, never later, and does not begin to wait when the pause is long: that is for
 * `whenReachable`.
 */
export class ClusterTransport implements Transport {
  readonly #config: ClusterConfig;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #longestPauseMs: number;
  readonly #onReachability: (reachability: Reachability) => void;
  readonly #closing = new AbortController();
  #sessions: Http2Session[] = [];
  #http1: Http1Transport | undefined;
  /** The server could not be dialed, so that the next request is an attempt for all. */
  #isHttp1Lost = false;
  #connecting: Promise<void> | undefined;
  /** Attempts since the last answer. */
  #attempts = 0;
  #pausesUntilMs = -Infinity;
  #problem: string | undefined;
  /** The problem that was told; undefined: the server is not known to be away. */
  #told: string | undefined;

  constructor(config: ClusterConfig, options: ClusterTransportOptions) {
    this.#config = config;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#longestPauseMs = options.longestPauseMs ?? DEFAULT_LONGEST_PAUSE_MS;
    this.#onReachability = options.onReachability ?? (() => {});
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
      const sent = this.#send(rooted);
      if (sent !== undefined) {
        const response = await sent;
        this.#answered();
        return response;
      }
      this.#assertNear();
      await this.#connect(request.signal);
    }
  }

  async whenReachable(signal: AbortSignal): Promise<boolean> {
    if (this.#isConnected()) return false;
    do {
      try {
        await this.#connect(signal);
      } catch (error) {
        // Why an attempt failed is told as the problem of the server.
        if (signal.aborted || this.#closing.signal.aborted) throw error;
      }
    } while (!this.#isConnected());
    return true;
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

  /** Undefined: there is no way to the server just now. */
  #send(request: HttpRequest): Promise<HttpResponse> | undefined {
    if (this.#http1 !== undefined && !this.#isHttp1Lost) return this.#http1.request(request);
    return this.#freeSession()?.request({ ...request, headers: this.#withAuthority(request.headers) });
  }

  #isConnected(): boolean {
    return (this.#http1 !== undefined && !this.#isHttp1Lost) || this.#freeSession() !== undefined;
  }

  #withAuthority(headers: Readonly<Record<string, string>>): Record<string, string> {
    return { ':authority': this.#config.server.host, ':scheme': 'https', ...headers };
  }

  #freeSession(): Http2Session | undefined {
    this.#sessions = this.#sessions.filter((session) => !session.isClosed);
    return this.#sessions.find((session) => session.hasRoom);
  }

  #assertNear(): void {
    const leftMs = this.#pausesUntilMs - this.#clock.monotonicMs();
    if (leftMs <= LONGEST_WAIT_MS) return;
    throw new TransportError(`the server is away, and asked again in ${Math.ceil(leftMs / 1000)} s`, false);
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
    if (this.#attempts >= TOLD_AFTER_ATTEMPTS) this.#tell(this.#problem);
    const leftMs = this.#pausesUntilMs - this.#clock.monotonicMs();
    if (leftMs > 0) await sleep(this.#clock, leftMs, this.#closing.signal);
    try {
      await this.#open();
      // If nobody hears more of this attempt than that.
      this.#problem = 'connections break before anything is answered';
    } catch (error) {
      const failure = failureOf(error);
      this.#problem = failure.message;
      throw failure;
    } finally {
      this.#pause();
    }
  }

  /** The next attempt keeps its distance, until an answer says that this one was good. */
  #pause(): void {
    this.#attempts += 1;
    const growth = { firstMs: FIRST_PAUSE_MS, longestMs: this.#longestPauseMs };
    this.#pausesUntilMs = this.#clock.monotonicMs() + pauseAfter(this.#attempts, growth, this.#random);
  }

  #answered(): void {
    this.#attempts = 0;
    this.#pausesUntilMs = -Infinity;
    this.#tell(undefined);
  }

  #tell(problem: string | undefined): void {
    if ((problem === undefined) === (this.#told === undefined)) return;
    this.#told = problem;
    this.#onReachability({ isReachable: problem === undefined, problem });
  }

  async #open(): Promise<void> {
    await this.#withinTimeout(async (signal) => {
      const { socket, protocol } = await dial(this.#config, signal);
      if (protocol === 'h2') {
        this.#sessions.push(await openHttp2Session(socket, this.#config.server.origin, this.#clock, signal));
        return;
      }
      socket.destroy();
      this.#http1 ??= new Http1Transport(this.#config.server, () => this.#dialAgain());
      this.#isHttp1Lost = false;
    });
  }

  /** One more connection of HTTP/1.1. */
  async #dialAgain(): Promise<Socket> {
    try {
      return (await this.#withinTimeout((signal) => dial(this.#config, signal))).socket;
    } catch (error) {
      this.#isHttp1Lost = true;
      throw error;
    }
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

function failureOf(error: unknown): Error {
  if (error instanceof TransportError || error instanceof KubeConfigError) return error;
  return new TransportError('cannot connect', false, error);
}
