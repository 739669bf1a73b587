/**
 * When to look again while AWS works: the numbers of all waiting, and why.
 *
 * Looks thin out while AWS still works as a rule and come every 10 seconds around the time it usually takes, so that the
 * end is seen within 10 seconds at little cost. They fall on ticks of the wall clock, shifted by account and region:
 * objects that wait at the same time ask in the same moment, and one list answers them all.
 */

export type WaitPhase = 'creating' | 'modifying' | 'deleting' | 'snapshotting' | 'userGroup' | 'settling';

/** Until `untilMs` of a phase, look every `everyMs`. */
interface Stretch {
  readonly untilMs: number;
  readonly everyMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

const SCHEDULES: Readonly<Record<WaitPhase, readonly Stretch[]>> = {
  // 5 to 8 minutes as a rule, seldom less; the first look is early enough to see a quick failure.
  creating: [
    { untilMs: 2 * MINUTE_MS, everyMs: 2 * MINUTE_MS },
    { untilMs: 4 * MINUTE_MS, everyMs: MINUTE_MS },
    { untilMs: 5 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: 8 * MINUTE_MS, everyMs: 10 * SECOND_MS },
    { untilMs: 15 * MINUTE_MS, everyMs: 20 * SECOND_MS },
    { untilMs: Infinity, everyMs: MINUTE_MS },
  ],
  // From 2 minutes (a token) to 15 (node types, shards): every look costs at most a tenth of what was waited.
  modifying: [
    { untilMs: MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: 6 * MINUTE_MS, everyMs: 20 * SECOND_MS },
    { untilMs: 15 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: Infinity, everyMs: MINUTE_MS },
  ],
  // 3 to 6 minutes as a rule, and nobody waits for the end as eagerly as for that of a creation.
  deleting: [
    { untilMs: 2.5 * MINUTE_MS, everyMs: 2.5 * MINUTE_MS },
    { untilMs: 10 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: Infinity, everyMs: MINUTE_MS },
  ],
  // An automatic snapshot: minutes, and nothing waits for it but our next change.
  snapshotting: [{ untilMs: Infinity, everyMs: MINUTE_MS }],
  // Seconds.
  userGroup: [
    { untilMs: MINUTE_MS, everyMs: 10 * SECOND_MS },
    { untilMs: Infinity, everyMs: 30 * SECOND_MS },
  ],
  // A member that lags behind its group, or a part that AWS holds on to a little longer: seconds to minutes. What lasts an
  // hour is held by somebody else, who may take days.
  settling: [
    { untilMs: MINUTE_MS, everyMs: 10 * SECOND_MS },
    { untilMs: 10 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: 20 * MINUTE_MS, everyMs: MINUTE_MS },
    { untilMs: 60 * MINUTE_MS, everyMs: 5 * MINUTE_MS },
    { untilMs: Infinity, everyMs: 15 * MINUTE_MS },
  ],
};

/** How long to wait for the next look, `elapsedMs` after the phase began; never far beyond the end of a stretch. */
export function waitDelayMs(phase: WaitPhase, elapsedMs: number): number {
  const schedule = SCHEDULES[phase];
  const index = schedule.findIndex(({ untilMs }) => elapsedMs < untilMs);
  const { untilMs, everyMs } = schedule[index] ?? { untilMs: Infinity, everyMs: MINUTE_MS };
  const nextEveryMs = schedule[index + 1]?.everyMs ?? everyMs;
  const isTightening = elapsedMs + everyMs > untilMs && nextEveryMs < everyMs;
  return isTightening ? Math.max(untilMs - elapsedMs, nextEveryMs) : everyMs;
}

/** Where waiting and looking fall on the wall clock. */
export interface Grid {
  /** Below 1 for a simulated AWS that works faster: the schedules are as much shorter. */
  readonly scale: number;
  /** How far apart the moments of looks are; nothing is looked at more often. */
  readonly tickMs: number;
  /** Account and region: their ticks are spread, so that many accounts do not ask at once. */
  readonly place: string;
}

/** The delay to the grid moment at or after `nowMs + delayMs`. */
export function alignedDelayMs(nowMs: number, delayMs: number, everyMs: number, place: string): number {
  const offsetMs = spread(place) % everyMs;
  const earliestMs = nowMs + delayMs - offsetMs;
  return Math.ceil(earliestMs / everyMs) * everyMs + offsetMs - nowMs;
}

/** The wait until the next look at something AWS works on, on the grid; a look is at most a tick late. */
export function nextTickMs(phase: WaitPhase, elapsedMs: number, nowMs: number, grid: Grid): number {
  const { scale, tickMs, place } = grid;
  const delayMs = waitDelayMs(phase, elapsedMs / scale) * scale;
  // Rounded to the nearest moment, not up: a wait of 10 s on a grid of 10 s has to stay one of 10 s.
  return Math.max(alignedDelayMs(nowMs, delayMs - tickMs / 2, tickMs, place), tickMs / 2);
}

/** The wait until the next look at rest: all objects of an account and region look in the same moment. */
export function nextLookMs(lookIntervalMs: number, nowMs: number, place: string): number {
  return Math.max(alignedDelayMs(nowMs, 1, lookIntervalMs, place), 1);
}

/** A number that is always the same for a text and differs between texts (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
