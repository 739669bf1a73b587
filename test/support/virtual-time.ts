import { othersTurn } from '../../src/util/others-turn.ts';
import type { VirtualClock } from '../../src/util/virtual-clock.ts';

/** What became of a promise: its value or its error, and how much virtual time it took. */
export type Settled<T> = ({ readonly value: T } | { readonly error: unknown }) & { readonly tookMs: number };

/** Lets what is due in the event loop run; no real time has to pass for it. */
export const turn = othersTurn;

/** Some turns: for chains of promises and streams that hand something on to each other. */
export async function turns(count = 10): Promise<void> {
  for (let i = 0; i < count; i += 1) await turn();
}

/** Lets the event loop run until `holds` does, for what comes over real sockets. *Throws* after a minute, by which it hangs. */
export async function until(what: string, holds: () => boolean, limitMs = 60_000): Promise<void> {
  const deadline = AbortSignal.timeout(limitMs);
  while (!holds()) {
    if (deadline.aborted) throw new Error(`Waited in vain until ${what}`);
    await turn();
  }
}

/** Moves the clock from timer to timer until `work` is settled. It never throws. */
export async function settleInTime<T>(clock: VirtualClock, work: Promise<T>): Promise<Settled<T>> {
  const startMs = clock.monotonicMs();
  const box: { result?: { value: T } | { error: unknown } } = {};
  work.then(
    (value) => {
      box.result = { value };
    },
    (error: unknown) => {
      box.result = { error };
    },
  );
  for (;;) {
    await turns(3);
    if (box.result !== undefined) return { ...box.result, tookMs: clock.monotonicMs() - startMs };
    clock.advance(clock.nextDueInMs ?? 0);
  }
}

/** What goes on beside the clock: over sockets, in real time. */
export interface Outside {
  readonly clock: VirtualClock;
  /** How many requests are being answered. */
  inFlight(): number;
  /** A number that changes whenever something happens. */
  happened(): number;
}

/** Loopback answers within a few turns of the event loop; so many in which nothing moved mean that time has to move. */
const QUIET_TURNS = 60;

/** Awaits what real sockets do, and moves the clock where only time is waited for, by `mostMs` at once. */
export async function whileTimePasses<T>(outside: Outside, work: Promise<T>, mostMs = 1_000): Promise<T> {
  const progress = { isOver: false };
  const ended = work.finally(() => {
    progress.isOver = true;
  });
  // The caller sees the error where it awaits `ended`.
  ended.catch(() => undefined);
  let happened = outside.happened();
  for (let quiet = 0; !progress.isOver; quiet += 1) {
    await turn();
    const now = outside.happened();
    if (now !== happened || outside.inFlight() > 0) quiet = 0;
    happened = now;
    if (quiet < QUIET_TURNS) continue;
    outside.clock.advance(Math.min(outside.clock.nextDueInMs ?? 0, mostMs));
    quiet = 0;
  }
  return ended;
}
