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

/**
 * The write gate. Both doors (AWS and Kubernetes) ask it synchronously in the last step before the socket.
 *
 * *Throws* {@link WriteRefusedError} when `call` may not write until `requestDeadlineMs` (monotonic).
 */
export function assertMayWrite(call: Call, requestDeadlineMs: number, what: string): void {
  if (call.mode !== 'apply') throw new WriteRefusedError('mode', what);
  const nowMs = call.clock.monotonicMs();
  const expiresAtMs = call.authority.expiresAtMs();
  if (expiresAtMs <= nowMs || expiresAtMs < requestDeadlineMs) throw new WriteRefusedError('authority', what);
}
