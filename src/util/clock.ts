import { abortableWait } from './abort.ts';

/** Takes back what was scheduled; harmless when it already ran. */
export type Cancel = () => void;

/**
 * The only source of time. `now` is the wall clock and may jump; `monotonicMs` never goes back and is what deadlines
 * and leases are measured with.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs` (at once, but never synchronously, when not positive). */
  schedule(delayMs: number, task: () => void): Cancel;
}

/** Longest delay that Node's timers take; longer ones fire at once, so they are chained. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function scheduleChained(delayMs: number, task: () => void): Cancel {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const stepMs = Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS);
    timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : task()), stepMs);
  };
  arm(delayMs);
  return () => clearTimeout(timer);
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule: scheduleChained,
};

/**
 * Resolves after `delayMs`.
 *
 * *Throws* the signal's reason as soon as it aborts.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return abortableWait(signal, (resolve) => clock.schedule(delayMs, () => resolve()));
}
