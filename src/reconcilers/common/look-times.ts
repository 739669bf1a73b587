/**
 * When to look again while AWS works, and at rest.
 *
 * Looks thin out while AWS still works as a rule and come more often around the time it usually takes, so that the end is
 * seen soon at little cost. They fall on ticks of the wall clock, shifted by account and region: objects that wait at the
 * same time ask in the same moment, and one list answers them all.
 */

/** Until `untilMs` of a phase, look every `everyMs`. */
export interface Stretch {
  readonly untilMs: number;
  readonly everyMs: number;
}

/** Stretches in the order of their ends; the last one has none. */
export type Schedule = readonly Stretch[];

const MINUTE_MS = 60_000;

/** How long to wait for the next look, `elapsedMs` after the phase began; never far beyond the end of a stretch. */
function waitDelayMs(schedule: Schedule, elapsedMs: number): number {
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
export function nextTickMs(schedule: Schedule, elapsedMs: number, nowMs: number, grid: Grid): number {
  const { scale, tickMs, place } = grid;
  const delayMs = waitDelayMs(schedule, elapsedMs / scale) * scale;
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
