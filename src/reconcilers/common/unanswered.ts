import type { Call } from '../../util/call.ts';
import type { Clock } from '../../util/clock.ts';
import { createTenureMemory } from './tenure-memory.ts';

/*
 * Writes to AWS that were not answered: AWS may carry them out when nobody waits for them any more. An object that is
 * deleted right then must not be let go before that, because what comes into being late would belong to nobody.
 */

/** AWS refuses requests whose signature is older than five minutes; what it has begun by then it ends soon. */
export const LATEST_EFFECT_MS = 6 * 60_000;

/**
 * When writes for objects, by uid, were last left without an answer. A process that ends takes that with it: whoever comes
 * upon an object that somebody else has begun takes the last write for unanswered.
 */
export interface Unanswered {
  note(uid: string, clock: Clock): void;
  /**
   * To be told at each pass whether the object had been begun before it. What is so at the first pass that a process makes,
   * or makes again after another one had the authority over the object, somebody else has begun.
   */
  meet(uid: string, hasBegun: boolean, call: Pick<Call, 'clock' | 'authority'>): void;
  /** The object is let go. */
  forget(uid: string): void;
  /** Monotonic; undefined when all that was asked for has come or will never come. */
  of(uid: string, waitScale: number, clock: Clock): number | undefined;
}

export function createUnanswered(): Unanswered {
  const times = new Map<string, number>();
  const meetings = createTenureMemory(() => ({ isFirst: true }));
  return {
    note: (uid, clock) => void times.set(uid, clock.monotonicMs()),
    meet: (uid, hasBegun, { clock, authority }) => {
      const meeting = meetings.of(uid, authority.ended);
      if (hasBegun && meeting.isFirst) times.set(uid, clock.monotonicMs());
      meeting.isFirst = false;
    },
    forget: (uid) => {
      meetings.forget(uid);
      times.delete(uid);
    },
    of: (uid, waitScale, clock) => {
      if (restOfUnansweredMs(times.get(uid), waitScale, clock) === 0) times.delete(uid);
      return times.get(uid);
    },
  };
}

/** How long a write that was left without an answer then may still have its effect, in an AWS as fast as `waitScale` says. */
export function restOfUnansweredMs(atMs: number | undefined, waitScale: number, clock: Clock): number {
  return atMs === undefined ? 0 : Math.max(0, atMs + LATEST_EFFECT_MS * waitScale - clock.monotonicMs());
}
