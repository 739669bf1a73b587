import { type Call, type Mode, unlimitedAuthority } from './call.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Logger, silentLogger } from './log.ts';

/** How long a call may take, and what it may do. */
export interface CallOptions {
  /** All that is done for the call has to end in this time. */
  readonly timeoutMs: number;
  /** Default: never aborts, but for the time-out. */
  readonly signal?: AbortSignal;
  /** Default: `apply`; with `plan` or `observe` writes are refused. */
  readonly mode?: Mode;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: silent. */
  readonly log?: Logger;
}

/** Starts a call context for who uses the clients without the runtime, which otherwise makes one for each pass. */
export function startCall(options: CallOptions): Call {
  const { timeoutMs, signal, mode = 'apply', clock = systemClock, log = silentLogger } = options;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  return {
    // Door and batcher keep the deadline by themselves, so the signal need not fire for it and no timer is left behind.
    signal: signal ?? new AbortController().signal,
    deadlineMs,
    clock,
    log,
    caller: { kind: 'Library', namespace: '', name: '' },
    mode,
    authority: unlimitedAuthority,
  };
}
