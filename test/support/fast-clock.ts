import { type Clock, systemClock } from '../../src/util/clock.ts';

/** Time that goes `factor` times as fast as the machine's own: for what takes minutes on a wire that is real. */
export function fastClock(factor: number): Clock {
  const startMs = systemClock.now();
  const startMonotonicMs = systemClock.monotonicMs();
  const passedMs = (): number => (systemClock.monotonicMs() - startMonotonicMs) * factor;
  return {
    now: () => startMs + passedMs(),
    monotonicMs: () => startMonotonicMs + passedMs(),
    schedule: (delayMs, task) => systemClock.schedule(delayMs / factor, task),
  };
}
