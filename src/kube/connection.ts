import type { Readable } from 'node:stream';
import { abortableWait } from '../util/abort.ts';
import { pauseAfter } from '../util/backoff.ts';
import { assertMayWrite, type Call, requestDeadlineMs } from '../util/call.ts';
import { type Clock, sleep, systemClock } from '../util/clock.ts';
import { type AnswerLimits, DEFAULT_LIMITS, sizeText } from './answer-limits.ts';
import { bytesOf, TooManyBytesError } from './bounded-bytes.ts';
import type { ClusterConfig } from './config/cluster-config.ts';
import { isUnauthorized, KubeApiError, type LocalReason } from './errors.ts';
import type { Operation } from './operation.ts';
import { assertDeclared, type Permission } from './permission.ts';
import { errorFromAnswer } from './status-answer.ts';
import { ClusterTransport, DEFAULT_LONGEST_PAUSE_MS, type Reachability } from './transport/cluster-transport.ts';
import { type Transport, TransportError } from './transport/transport.ts';
import { withoutCredentials } from './without-credentials.ts';

/** One answered or failed attempt, for metrics. `code` is 0 when no answer came. */
export interface RequestReport {
  readonly cluster: string;
  readonly verb: string;
  readonly resource: string;
  readonly code: number;
  /** That of the error; undefined when it went well. */
  readonly reason?: string | undefined;
  readonly durationMs: number;
}

/** What several answers may take together; each takes its part. */
export interface AnswerRoom {
  leftBytes: number;
}

/** An answer that has begun. */
export interface OpenAnswer {
  readonly body: Readable;
  /** Makes of what the server says what an error may say: without the credentials that it was sent. */
  readonly quotable: (text: string) => string;
}

/** How a {@link KubeConnection} behaves on the wire; all has a default. */
export interface KubeConnectionOptions {
  /**
   * Measures what the wire does: time-outs, pings, pauses between attempts. Default: the system's. Deadlines and leases
   * are measured with the call's own clock.
   */
  readonly clock?: Clock;
  /** Default: one HTTP/2 session to `config.server`. */
  readonly transport?: Transport;
  /** Default: 30 s, half of what the API server itself allows. */
  readonly requestTimeoutMs?: number;
  readonly userAgent?: string;
  /** Spreads retries; 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
  readonly onRequest?: (report: RequestReport) => void;
  /**
   * The longest pause before the next attempt to connect to a server that is away. Requests do not wait for more than 15 s
   * of it, but fail. Default: 15 s. See {@link KubeConnection.whenReachable}.
   */
  readonly longestPauseMs?: number;
  /** Hears once that the server is away, and once that it is back; not with a `transport` of one's own. */
  readonly onReachability?: (reachability: Reachability) => void;
  /** How much of what the server says is taken. Default: {@link DEFAULT_LIMITS}. */
  readonly limits?: AnswerLimits;
  /** All that may be asked: anything else throws `UndeclaredRequestError` and is not sent. Default: everything. */
  readonly permissions?: readonly Permission[];
  /** What `isOwnNamespace` of a permission means. Default: the configuration's `defaultNamespace`. */
  readonly ownNamespace?: string;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;
/** A server that asks for more is taken at its word only so far: its word comes from the network. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * One cluster's door: every request of this program to its API server goes through `send` or `open`.
 *
 * *Guarantees*
 * - A write asks the write gate synchronously before its first byte, on each attempt anew.
 * - Every request has a deadline: the call's, or `requestTimeoutMs` if that is sooner, and of writes the end of their
 *   authority. Streams have one up to their first byte; their reader watches over the rest.
 * - Tried again: what the server refused to look at (429, for as long as `Retry-After` says; a connection that failed
 *   before the request went out), and reads other than watches that broke off or met a server in trouble. A write whose
 *   result is unknown is never sent again here: its author looks first.
 * - 401 makes the identity be read anew, once.
 * - Of no answer more is read than `limits` say, and no error says the credentials that were sent.
 */
export class KubeConnection {
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly longestPauseMs: number;
  readonly limits: AnswerLimits;
  readonly #transport: Transport;
  readonly #requestTimeoutMs: number;
  readonly #userAgent: string;
  readonly #random: () => number;
  readonly #onRequest: (report: RequestReport) => void;
  readonly #permissions: readonly Permission[] | undefined;
  readonly #ownNamespace: string;
  readonly #pausing = new Set<() => void>();

  constructor(config: ClusterConfig, options: KubeConnectionOptions = {}) {
    this.config = config;
    this.clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.longestPauseMs = options.longestPauseMs ?? DEFAULT_LONGEST_PAUSE_MS;
    this.limits = options.limits ?? DEFAULT_LIMITS;
    const { longestPauseMs, clock } = this;
    const way = { clock, longestPauseMs, random: this.#random, onReachability: options.onReachability };
    this.#transport = options.transport ?? new ClusterTransport(config, way);
    this.#requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
    this.#userAgent = options.userAgent ?? 'cloud-manager';
    this.#onRequest = options.onRequest ?? (() => {});
    this.#permissions = options.permissions;
    this.#ownNamespace = options.ownNamespace ?? config.defaultNamespace;
  }

  get cluster(): string {
    return this.config.name;
  }

  /**
   * Sends a request, reads its JSON. *Throws* {@link KubeApiError}, `WriteRefusedError`, the call's abort reason.
   *
   * @param room - What is left for this answer and others. Default: each may be as long as an answer may.
   */
  send(call: Call, operation: Operation, room?: AnswerRoom): Promise<unknown> {
    return this.#withRetries(call, operation, async (signal, deadlineMs) => {
      const { body } = await this.#answered(call, operation, signal, deadlineMs);
      return parseAnswer(await this.#textOf(body, operation, room), { ...operation, cluster: this.cluster });
    });
  }

  /** Sends a request and hands its body out as it comes. The body ends with `call.signal`, or by `body.destroy()`. */
  open(call: Call, operation: Operation): Promise<OpenAnswer> {
    return this.#withRetries(call, operation, async (_signal, deadlineMs) => {
      const opening = new AbortController();
      const cancel = this.#expire(opening, call, deadlineMs);
      try {
        const signal = AbortSignal.any([opening.signal, call.signal]);
        return await this.#answered(call, operation, signal, deadlineMs);
      } finally {
        cancel();
      }
    });
  }

  /**
   * Looks for a way to the server until there is one: for who follows it. However many wait, one attempt is made at a time, with
   * pauses that grow. Resolves with whether it had to be looked for. *Throws* the signal's reason.
   */
  whenReachable(signal: AbortSignal): Promise<boolean> {
    return this.#transport.whenReachable(signal);
  }

  /** Waits so long, or until it is worth while to try again: the identity is another one. *Throws* the signal's reason. */
  pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    return abortableWait(signal, (resolve) => {
      const end = (): void => {
        cancel();
        this.#pausing.delete(end);
        resolve();
      };
      const cancel = this.clock.schedule(pauseMs, end);
      this.#pausing.add(end);
      return () => {
        cancel();
        this.#pausing.delete(end);
      };
    });
  }

  /** Gives connections up, so that the next request builds one with the identity of then. Running requests go on. */
  renew(): void {
    this.#transport.renew();
    for (const end of this.#pausing) end();
  }

  /** Gives all connections up, and what goes on over them. */
  close(): void {
    this.#transport.close();
  }

  async #withRetries<T>(
    call: Call,
    operation: Operation,
    attempt: (signal: AbortSignal, deadlineMs: number) => Promise<T>,
  ): Promise<T> {
    if (this.#permissions !== undefined) assertDeclared(this.#permissions, operation, this.#ownNamespace);
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#attempt(call, operation, attempt);
      } catch (error) {
        const pauseMs = this.#pauseBeforeRetryMs(error, operation, tried);
        if (pauseMs === undefined || call.clock.monotonicMs() + pauseMs >= call.deadlineMs) throw error;
        call.log.debug({ verb: operation.verb, resource: operation.resource, pauseMs, error }, 'Trying again');
        await sleep(this.clock, pauseMs, call.signal);
      }
    }
  }

  async #attempt<T>(
    call: Call,
    operation: Operation,
    attempt: (signal: AbortSignal, deadlineMs: number) => Promise<T>,
  ): Promise<T> {
    // What has lost its authority must not look as if it had timed out.
    if (operation.isWrite) assertMayWrite(call, 0, whatOf(operation));
    const deadlineMs = requestDeadlineMs(call, this.#requestTimeoutMs, operation.isWrite);
    const timeout = new AbortController();
    const cancel = this.#expire(timeout, call, deadlineMs);
    const startMs = this.clock.monotonicMs();
    let code = 0;
    let reason: string | undefined;
    try {
      const result = await attempt(AbortSignal.any([timeout.signal, call.signal]), deadlineMs);
      code = 200;
      return result;
    } catch (error) {
      const translated = this.#translate(error, operation, timeout.signal);
      if (translated instanceof KubeApiError) ({ code, reason } = translated);
      throw translated;
    } finally {
      cancel();
      const { verb, resource } = operation;
      const durationMs = this.clock.monotonicMs() - startMs;
      this.#onRequest({ cluster: this.cluster, verb, resource, code, reason, durationMs });
    }
  }

  #expire(controller: AbortController, call: Call, deadlineMs: number): () => void {
    const leftMs = deadlineMs - call.clock.monotonicMs();
    if (leftMs === Infinity) return () => {};
    return this.clock.schedule(leftMs, () => controller.abort(new TransportError('deadline exceeded', true)));
  }

  async #answered(call: Call, operation: Operation, signal: AbortSignal, deadlineMs: number): Promise<OpenAnswer> {
    signal.throwIfAborted();
    const authorization = await this.config.identity.authorization(signal);
    const response = await this.#transport.request({
      method: operation.method,
      path: operation.path,
      headers: this.#headersOf(operation, authorization),
      body: operation.body === undefined ? undefined : JSON.stringify(operation.body),
      signal,
      beforeSend: () => {
        signal.throwIfAborted();
        if (operation.isWrite) assertMayWrite(call, deadlineMs, whatOf(operation));
      },
    });
    const { body, status } = response;
    const quotable = (text: string): string => withoutCredentials(text, authorization);
    if (status < 300) return { body, quotable };
    const text = quotable(await this.#textOf(body, operation));
    throw errorFromAnswer(response, text, { ...operation, cluster: this.cluster });
  }

  async #textOf(body: Readable, operation: Operation, room?: AnswerRoom): Promise<string> {
    const { longestAnswer } = this.limits;
    const most = Math.min(longestAnswer, room?.leftBytes ?? Infinity);
    try {
      const bytes = await bytesOf(body, most);
      if (room !== undefined) room.leftBytes -= bytes.length;
      return bytes.take();
    } catch (error) {
      if (error instanceof TooManyBytesError) {
        throw this.#tooLarge(operation, most < longestAnswer ? 'ListTooLarge' : 'AnswerTooLarge');
      }
      throw error instanceof TransportError ? error : new TransportError('the answer broke off', true, error);
    }
  }

  #tooLarge(operation: Operation, reason: Extract<LocalReason, 'ListTooLarge' | 'AnswerTooLarge'>): KubeApiError {
    const { longestList, longestAnswer } = this.limits;
    const detail =
      reason === 'ListTooLarge'
        ? `all pages together are longer than ${sizeText(longestList)}: delete objects of the kind, or make them smaller`
        : `the answer is longer than ${sizeText(longestAnswer)}: no API server gives such a one, so see what answers at its address`;
    return new KubeApiError({ ...operation, cluster: this.cluster, code: 0, reason, detail, mayHaveArrived: true });
  }

  #headersOf(operation: Operation, authorization: string | undefined): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': this.#userAgent,
      ...(operation.body !== undefined && { 'content-type': operation.contentType ?? 'application/json' }),
      ...(authorization !== undefined && { authorization }),
    };
  }

  #translate(error: unknown, operation: Operation, timeout: AbortSignal): unknown {
    if (isUnauthorized(error)) {
      this.config.identity.refused();
      this.#transport.renew();
    }
    if (!(error instanceof TransportError)) return error;
    const reason: LocalReason = timeout.aborted ? 'DeadlineExceeded' : 'ConnectionFailed';
    const { mayHaveArrived, message } = error;
    return new KubeApiError(
      { ...operation, cluster: this.cluster, code: 0, reason, detail: message, mayHaveArrived },
      error,
    );
  }

  /** How long to wait before the next attempt; undefined when there must be none. */
  #pauseBeforeRetryMs(error: unknown, operation: Operation, tried: number): number | undefined {
    if (!(error instanceof KubeApiError) || tried >= ATTEMPTS) return undefined;
    if (error.code === 401) return tried === 1 ? 0 : undefined;
    // Whoever watches begins anew by itself, with pauses that grow: two such loops in each other would ask four
    // times as often.
    if (operation.verb === 'watch' && error.code !== 429) return undefined;
    const wasUntouched = error.code === 429 || (error.code === 0 && !error.mayHaveArrived);
    const isReadInTrouble = !operation.isWrite && (error.code === 0 || error.code >= 500);
    if (UNUSABLE.has(error.reason) || !(wasUntouched || isReadInTrouble)) return undefined;
    const ownMs = pauseAfter(tried, { firstMs: FIRST_PAUSE_MS }, this.#random);
    const askedMs = Math.min(error.retryAfterMs ?? 0, LONGEST_PAUSE_MS);
    // All who wait were told the same, and must not come back in the same moment.
    return Math.max(askedMs * (1 + this.#random() / 4), ownMs);
  }
}

/** An answer that would be the same once more. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'MalformedAnswer',
  'AnswerTooLarge',
  'ListTooLarge',
] satisfies LocalReason[]);

function whatOf({ verb, resource }: Operation): string {
  return `${verb} ${resource}`;
}

function parseAnswer(text: string, asked: Operation & { readonly cluster: string }): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error: it quotes what it read, which may be a Secret.
    const detail = 'the answer is not JSON';
    throw new KubeApiError({ ...asked, code: 0, reason: 'MalformedAnswer', detail, mayHaveArrived: true });
  }
}
