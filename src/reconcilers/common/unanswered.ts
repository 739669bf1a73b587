import type { Clock } from '../../util/clock.ts';

/*
 * Writes to AWS that were not answered: AWS may carry them out when nobody waits for them any more. An object that is
 * deleted right then must not be let go before that, because what comes into being late would belong to nobody.
 */

/** AWS refuses requests whose signature is older than five minutes; what it has begun by then it ends soon. */
const LATEST_EFFECT_MS = 6 * 60_000;

/**
 * When writes for objects, by uid, were last left without an answer. A process that ends takes that with it: whoever comes
 * upon an object that somebody else has begun takes the last write for unanswered.
 */
export interface Unanswered {
  note(uid: string, clock: Clock): void;
  /** To be told at each pass whether things of the object may be under way; what is at the first one, somebody else began. */
  meet(uid: string, isHalfMade: boolean, clock: Clock): void;
  /** The object is let go. */
  forget(uid: string): void;
  /** Monotonic; undefined when all that was asked for has come or will never come. */
  of(uid: string, clock: Clock): number | undefined;
}

export function createUnanswered(): Unanswered {
  const times = new Map<string, number>();
  const met = new Set<string>();
  return {
    note: (uid, clock) => void times.set(uid, clock.monotonicMs()),
    meet: (uid, isHalfMade, clock) => {
      if (isHalfMade && !met.has(uid)) times.set(uid, clock.monotonicMs());
      met.add(uid);
    },
    forget: (uid) => {
      met.delete(uid);
      times.delete(uid);
    },
    of: (uid, clock) => {
      if (restOfUnansweredMs(times.get(uid), clock) === 0) times.delete(uid);
      return times.get(uid);
    },
  };
}

/** How long a write that was left without an answer then may still have its effect. */
export function restOfUnansweredMs(atMs: number | undefined, clock: Clock): number {
  return atMs === undefined ? 0 : Math.max(0, atMs + LATEST_EFFECT_MS - clock.monotonicMs());
}
