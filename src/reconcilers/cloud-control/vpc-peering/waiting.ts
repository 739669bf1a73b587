import { type Pass, type Stop, stopWithRequeueDelay } from '../../../composed/index.ts';
import { nextLookMs, nextTickMs, type Schedule } from '../../common/look-times.ts';
import type { Place } from '../../common/place.ts';
import type { PeeringState, PeeringTiming } from './state.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** AWS takes seconds for each step; what lasts longer waits for somebody or something else. */
const SCHEDULE: Schedule = [
  { untilMs: MINUTE_MS, everyMs: 10 * SECOND_MS },
  { untilMs: 10 * MINUTE_MS, everyMs: 30 * SECOND_MS },
  { untilMs: Infinity, everyMs: 2 * MINUTE_MS },
];

/** Says when to look again. */
export interface Waiting {
  /** Stops until AWS may be done with `phase`; the first stop begins it. */
  forAws(state: PeeringState, pass: Pass, place: Place, phase: string): Stop;
  /** Stops until the next look at rest. Peerings of an account and region look together, and share their lists. */
  rest(pass: Pass, place: Place): Stop;
  /** The object waits for nothing any more. */
  forget(uid: string): void;
}

/** A restart forgets since when something is waited for: it only makes the next pauses shorter. */
export function createWaiting({ lookIntervalMs, waitScale: scale, waitTickMs: tickMs }: PeeringTiming): Waiting {
  const phases = new Map<string, { readonly phase: string; readonly sinceMs: number }>();
  const elapsedMs = (uid: string, phase: string, nowMs: number): number => {
    const known = phases.get(uid);
    const current = known?.phase === phase ? known : { phase, sinceMs: nowMs };
    phases.set(uid, current);
    return nowMs - current.sinceMs;
  };
  return {
    forAws: ({ object }, { clock }, place, phase) => {
      const elapsed = elapsedMs(object.metadata.uid, phase, clock.monotonicMs());
      const grid = { scale, tickMs, place: nameOf(place) };
      return stopWithRequeueDelay(nextTickMs(SCHEDULE, elapsed, clock.now(), grid), `AWS: ${phase}`);
    },
    rest: ({ clock }, place) =>
      stopWithRequeueDelay(nextLookMs(lookIntervalMs, clock.now(), nameOf(place)), 'all is as asked'),
    forget: (uid) => void phases.delete(uid),
  };
}

function nameOf({ accountId, region }: Place): string {
  return `${accountId}/${region}`;
}
