import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

/** On whose behalf a call is made: the reconciled object, or a part of the program. */
export interface Caller {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `apply` writes; `plan` and `observe` only read (a plan says what it would write, an observation does not ask). */
export type Mode = 'apply' | 'plan' | 'observe';

/** The right to write, for as long as something (a lease) grants it. */
export interface Authority {
  /** The monotonic moment at which the right ends; `Infinity` when nothing limits it. */
  expiresAtMs(): number;
  /** Aborts when the right has ended for good: what goes on under it has no use any more. Left out: that is not told. */
  readonly ended?: AbortSignal;
}

export const unlimitedAuthority: Authority = { expiresAtMs: () => Infinity };

/** The context of every call to the outside, handed down from the pass of a reconcile to the last step before the socket. */
export interface Call {
  /** Aborts when the pass is over: deadline, shutdown, or the caller's own wish. */
  readonly signal: AbortSignal;
  /** The monotonic moment by which all that is done for this call has to end. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly caller: Caller;
  readonly mode: Mode;
  readonly authority: Authority;
}

/** A write that was not even tried: the call may only read, or its authority ends before the request's deadline. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
  readonly refusedFor: 'mode' | 'authority';

  constructor(refusedFor: 'mode' | 'authority', what: string) {
    super(
      refusedFor === 'mode' ? `${what} refused: this call may only read` : `${what} refused: the lease ends too soon`,
    );
    this.refusedFor = refusedFor;
  }
}

/** Why what went on under an authority was aborted. */
export class AuthorityEndedError extends Error {
  override readonly name = 'AuthorityEndedError';
}

/** Whether `error`, or a part of it, says that the authority to write was missing or ended. */
export function lacksAuthority(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(lacksAuthority);
  if (error instanceof WriteRefusedError) return error.refusedFor === 'authority';
  return error instanceof AuthorityEndedError;
}

/** A write that has less time to live would more likely lose its answer than get it, and so is not begun. */
const SHORTEST_WRITE_MS = 500;

/** By when (monotonic) a request that begins now has to be over: a write no later than its authority ends. */
export function requestDeadlineMs(call: Call, timeoutMs: number, isWrite: boolean): number {
  const ownMs = Math.min(call.deadlineMs, call.clock.monotonicMs() + timeoutMs);
  return isWrite ? Math.min(ownMs, call.authority.expiresAtMs()) : ownMs;
}

/**
 * The write gate. Both doors (AWS and Kubernetes) ask it synchronously in the last step before the socket.
 *
 * *Throws* {@link WriteRefusedError} when `call` may not write until `requestDeadlineMs` (monotonic), or its authority
 * ends in less than half a second.
 */
export function assertMayWrite(call: Call, requestDeadlineMs: number, what: string): void {
  if (call.mode !== 'apply') throw new WriteRefusedError('mode', what);
  const expiresAtMs = call.authority.expiresAtMs();
  const isTooShort = expiresAtMs < call.clock.monotonicMs() + SHORTEST_WRITE_MS;
  if (isTooShort || expiresAtMs < requestDeadlineMs) throw new WriteRefusedError('authority', what);
}
