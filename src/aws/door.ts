/**
 * The one door through which every call to AWS goes.
 *
 * For each call: wait for a token of the rate limit, send, and, when it failed, say what it means:
 *
 * - *deadline*: a request ends by the call's deadline or after the request time-out, whichever is first; an abort of
 *   the call ends it at once with the signal's reason;
 * - *retries*: reads again after throttling, transport failures and faults of AWS, writes after throttling only: a write
 *   whose answer was lost may have been done, and whoever asked has to look first. Refused because credentials went
 *   stale: once more, with fresh ones. All with backoff and jitter, within the deadline; the SDK itself never retries;
 * - *write gate*: asked before the first step and again synchronously before the socket, for the time until the
 *   request's deadline, which is clipped to the end of the authority;
 * - *count*: each request that left is told to the listener, with its result and duration;
 * - *errors*: become {@link AwsError}; what does not come from AWS or the network goes through unchanged.
 *
 * Guarantees: no request leaves after the call's deadline, after its abort, or as a write without authority; every
 * request that leaves is counted once.
 */
import { untilAborted } from '../util/abort.ts';
import { pauseAfter } from '../util/backoff.ts';
import { assertMayWrite, type Call, requestDeadlineMs, WriteRefusedError } from '../util/call.ts';
import { type Clock, sleep } from '../util/clock.ts';
import { meansStaleCredentials } from './error-codes.ts';
import { AwsError, isRetryable, isThrottled } from './errors.ts';
import type { Access, ServiceName } from './operations.ts';
import type { CallListener } from './provider.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { RateClass } from './rate-limits.ts';
import type { Target } from './target.ts';
import { awsErrorFrom } from './translate.ts';
import type { SendOptions } from './transport.ts';

export interface DoorDeps {
  readonly clock: Clock;
  readonly onCall: CallListener;
  readonly limiter: RateLimiter;
  readonly requestTimeoutMs: number;
  /** Aborts when the AWS side is closed: nothing is sent or waited for any more. */
  readonly closed: AbortSignal;
  /** Between 0 and 1, for jitter. */
  readonly random: () => number;
}

/** One call, as the door has to know it. */
export interface DoorRequest<O> {
  readonly service: ServiceName;
  readonly operation: string;
  readonly access: Access;
  readonly rateClass: RateClass;
  readonly target: Target;
  readonly call: Call;
  /** Values of the input that no message may repeat. */
  readonly secrets: readonly string[];
  /** Sends one request. */
  readonly send: (options: SendOptions) => Promise<O>;
  /** Forgets credentials that AWS refused; false when there is no way to get others. */
  readonly renewCredentials: () => boolean;
}

export interface Door {
  /** *Throws* {@link AwsError}, `WriteRefusedError`, or the reason of the call's signal. */
  send<O>(request: DoorRequest<O>): Promise<O>;
}

const MOST_ATTEMPTS = 4;
const SHORTEST_BACKOFF_MS = 200;
/** Throttled means that a bucket is empty on the other side; a second fills several tokens in any of AWS's. */
const SHORTEST_THROTTLE_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 8_000;

function backoffMs(error: AwsError, attempt: number, random: () => number): number {
  const firstMs = isThrottled(error) ? SHORTEST_THROTTLE_BACKOFF_MS : SHORTEST_BACKOFF_MS;
  return pauseAfter(attempt, { firstMs, longestMs: LONGEST_BACKOFF_MS }, random);
}

function mayRetry(error: AwsError, access: Access): boolean {
  return isThrottled(error) || (access === 'read' && isRetryable(error));
}

export function createDoor(deps: DoorDeps): Door {
  return {
    send: async (request) => {
      if (request.access === 'write') assertMayWrite(request.call, 0, nameOf(request));
      for (let attempt = 1; ; attempt += 1) {
        await takeToken(request, deps);
        try {
          return await sendOnce(request, deps);
        } catch (error) {
          await prepareRetry(error, attempt, request, deps);
        }
      }
    },
  };
}

function nameOf(request: DoorRequest<unknown>): string {
  return `${request.service} ${request.operation}`;
}

async function takeToken(request: DoorRequest<unknown>, deps: DoorDeps): Promise<void> {
  const { call } = request;
  const isTaken = await deps.limiter.take(request, call.deadlineMs, call.signal);
  // Who goes first may have made us later than it looked when we came.
  if (isTaken && deps.clock.monotonicMs() < call.deadlineMs) return;
  throw ownError(request, 'ClientRateLimit', 'throttled');
}

function ownError(request: DoorRequest<unknown>, code: string, kind: 'throttled' | 'network'): AwsError {
  const { service, operation, access } = request;
  return new AwsError({ service, operation, code, kind, isRead: access === 'read', requestId: undefined, detail: '' });
}

/** Waits until the next attempt, or throws what ends the call. */
async function prepareRetry(
  error: unknown,
  attempt: number,
  request: DoorRequest<unknown>,
  deps: DoorDeps,
): Promise<void> {
  if (!(error instanceof AwsError) || error.service !== request.service) throw error;
  if (attempt === 1 && meansStaleCredentials(error.code) && request.renewCredentials()) return;
  if (attempt >= MOST_ATTEMPTS || !mayRetry(error, request.access)) throw error;
  const delayMs = backoffMs(error, attempt, deps.random);
  if (isThrottled(error)) deps.limiter.pause(request, delayMs);
  if (deps.clock.monotonicMs() + delayMs >= request.call.deadlineMs) throw error;
  const { operation, call } = request;
  deps.closed.throwIfAborted();
  call.log.debug(
    { service: request.service, operation, code: error.code, attempt, delayMs },
    'AWS call is tried again',
  );
  await sleep(deps.clock, delayMs, call.signal);
}

async function sendOnce<O>(request: DoorRequest<O>, deps: DoorDeps): Promise<O> {
  const { call } = request;
  const { clock } = deps;
  const isWrite = request.access === 'write';
  // Again: waiting for a token takes time, and what has lost its authority must not look as if it had timed out.
  if (isWrite) assertMayWrite(call, 0, nameOf(request));
  const deadlineMs = requestDeadlineMs(call, deps.requestTimeoutMs, isWrite);
  const timeout = new AbortController();
  const cancelTimeout = clock.schedule(deadlineMs - clock.monotonicMs(), () =>
    timeout.abort(ownError(request, 'TimeoutError', 'network')),
  );
  const abortSignal = AbortSignal.any([call.signal, deps.closed, timeout.signal]);
  let sentAtMs: number | undefined;
  const beforeSocket = (): void => {
    if (isWrite) assertMayWrite(call, deadlineMs, nameOf(request));
    // The timer that ends the request may be late, and whoever signs may not look at its signal.
    if (clock.monotonicMs() >= deadlineMs) throw ownError(request, 'TimeoutError', 'network');
    sentAtMs = clock.monotonicMs();
  };
  const count = (result: string, requestId?: string): void => {
    if (sentAtMs === undefined) return;
    const { service, operation, target } = request;
    const durationMs = clock.monotonicMs() - sentAtMs;
    const record = { service, operation, accountId: target.accountId, region: target.region, result, durationMs };
    call.log.debug({ ...record, requestId }, 'AWS call');
    deps.onCall(record);
  };
  try {
    const answer = await untilAborted(request.send({ abortSignal, beforeSocket }), abortSignal);
    count('ok');
    return answer;
  } catch (error) {
    const meant = abortSignal.aborted ? (abortSignal.reason as unknown) : translated(error, request);
    count(resultOf(meant, abortSignal), meant instanceof AwsError ? meant.requestId : undefined);
    throw meant;
  } finally {
    cancelTimeout();
  }
}

function translated(error: unknown, request: DoorRequest<unknown>): unknown {
  if (error instanceof AwsError || error instanceof WriteRefusedError) return error;
  return awsErrorFrom(error, request) ?? error;
}

function resultOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof AwsError) return error.code;
  return signal.aborted ? 'Aborted' : 'Unexpected';
}
