import { sleep, systemClock } from '../../src/util/clock.ts';

const LIMIT_MS = 10_000;
const PAUSE_MS = 10;

/**
 * Asks a server until it knows of something that was written: a real one learns of roles, bindings and definitions by
 * watches of its own, a moment later, and there is no event for it.
 *
 * *Throws* after `limitMs`, with `what` it waited for.
 */
export async function untilServerKnows(what: string, knows: () => Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const endMs = systemClock.monotonicMs() + limitMs;
  while (!(await knows())) {
    if (systemClock.monotonicMs() >= endMs) throw new Error(`The server does not know within ${limitMs} ms: ${what}`);
    await sleep(systemClock, PAUSE_MS);
  }
}
