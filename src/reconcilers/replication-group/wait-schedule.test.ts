import { describe, expect, it } from 'vitest';
import { alignedDelayMs, type Grid, nextLookMs, nextTickMs } from '../common/look-times.ts';
import { SCHEDULES, type WaitPhase } from './wait-schedule.ts';

const SECOND_MS = 1000;
const START_MS = Date.UTC(2026, 0, 1, 10, 3, 7);
const grid = { scale: 1, tickMs: 10 * SECOND_MS, place: '123456789012/eu-central-1' };

/** The moments of all looks at something that takes `takesMs`, from its beginning on; the last one sees the end. */
function looksUntil(phase: WaitPhase, takesMs: number, other: Partial<Grid> = {}): readonly number[] {
  const looks: number[] = [];
  let atMs = 0;
  do {
    atMs += nextTickMs(SCHEDULES[phase], atMs, START_MS + atMs, { ...grid, ...other });
    looks.push(atMs);
  } while (atMs < takesMs);
  return looks;
}

describe('waiting for AWS', () => {
  it.each([5.5, 6, 6.02, 7, 7.9])('sees a creation of %d minutes within 10 seconds', (minutes) => {
    const takesMs = minutes * 60 * SECOND_MS;
    const looks = looksUntil('creating', takesMs);
    expect((looks.at(-1) ?? Infinity) - takesMs).toBeLessThanOrEqual(10 * SECOND_MS);
  });

  it('needs at most 15 looks at a creation of 6 minutes', () => {
    expect(looksUntil('creating', 360 * SECOND_MS).length).toBeLessThanOrEqual(15);
  });

  it('needs at most 6 looks at a deletion of 4 minutes', () => {
    expect(looksUntil('deleting', 240 * SECOND_MS).length).toBeLessThanOrEqual(6);
  });

  it.each(['creating', 'modifying', 'deleting', 'snapshotting', 'userGroup'] as const)(
    'never gives up on %s, and asks at most once a minute after an hour',
    (phase) => {
      const delayMs = nextTickMs(SCHEDULES[phase], 3_600_000, START_MS, grid);
      expect(delayMs).toBeGreaterThanOrEqual(25 * SECOND_MS);
      expect(delayMs).toBeLessThanOrEqual(65 * SECOND_MS);
    },
  );

  it('falls to once in 15 minutes for what somebody else holds on to', () => {
    const perHour = (looks: readonly number[], hour: number): number =>
      looks.filter((atMs) => Math.floor(atMs / 3_600_000) === hour).length;
    const looks = looksUntil('settling', 5 * 3_600_000);
    expect([0, 1, 2, 3].map((hour) => perHour(looks, hour))).toEqual([41, 4, 4, 4]);
  });

  it('looks at the same moments for all objects of an account and region, so that one list answers', () => {
    const moments = [1_234, 5_678, 9_999].map((startMs) => {
      const now = START_MS + startMs;
      return (now + nextTickMs(SCHEDULES.creating, 320_000 + startMs, now, grid)) % (10 * SECOND_MS);
    });
    expect(new Set(moments).size).toBe(1);
  });

  it('spreads accounts and regions', () => {
    const offsets = ['a', 'b', 'c', 'd', 'e'].map((place) => alignedDelayMs(START_MS, 0, 600_000, place));
    expect(new Set(offsets).size).toBe(5);
  });

  it('shrinks with the scale of a simulated AWS', () => {
    const looks = looksUntil('creating', 6_000, { scale: 1 / 60, tickMs: 167 });
    expect(looks.length).toBeLessThanOrEqual(15);
    expect((looks.at(-1) ?? Infinity) - 6_000).toBeLessThanOrEqual(170);
  });

  it('looks at most once a tick, however fast AWS is expected to be', () => {
    expect(looksUntil('creating', 20_000, { scale: 1 / 18, tickMs: 5_000 }).length).toBeLessThanOrEqual(5);
  });
});

it('rests until the common look of its place, never longer than the interval', () => {
  for (let offsetMs = 0; offsetMs < 600_000; offsetMs += 61_000) {
    const delayMs = nextLookMs(600_000, START_MS + offsetMs, grid.place);
    expect(delayMs).toBeGreaterThan(0);
    expect(delayMs).toBeLessThanOrEqual(600_000);
  }
});
