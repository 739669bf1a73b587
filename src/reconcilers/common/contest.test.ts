import { describe, expect, it } from 'vitest';
import { type Contests, contestsIn, createContests } from './contest.ts';

const MINUTE_MS = 60_000;

/** Somebody else writes at `nowMs`, and we put it right. */
function correct(contests: Contests, nowMs: number): void {
  contests.noteCorrection('uid', `theirs-${nowMs}`, nowMs);
  contests.noteWrite('uid', `ours-${nowMs}`);
}

function contested(times: number): { readonly contests: Contests; readonly nowMs: number } {
  const contests = createContests();
  contests.noteWrite('uid', 'ours');
  let nowMs = 0;
  for (let time = 0; time < times; time++) {
    nowMs += contests.restMs('uid', nowMs) + 1;
    correct(contests, nowMs);
  }
  return { contests, nowMs };
}

describe('corrections of what somebody else wrote', () => {
  it('are free at first, then wait a minute, doubling to 15', () => {
    const rests = [0, 1, 2, 3, 4, 5, 6, 7, 8, 20].map((times) => {
      const { contests, nowMs } = contested(times);
      return contests.restMs('uid', nowMs) / MINUTE_MS;
    });
    expect(rests).toEqual([0, 0, 0, 1, 2, 4, 8, 15, 15, 15]);
  });

  it('begin anew after an hour of quiet', () => {
    const { contests, nowMs } = contested(20);
    const laterMs = nowMs + 60 * MINUTE_MS;
    expect(contests.restMs('uid', laterMs)).toBe(0);
    correct(contests, laterMs);
    expect(contests.restMs('uid', laterMs)).toBe(0);
  });

  it('are counted for a Secret that somebody deleted too', () => {
    const contests = createContests();
    contests.noteWrite('uid', 'ours');
    for (let time = 0; time < 3; time++) contests.noteCorrection('uid', undefined, 0);
    expect(contests.restMs('uid', 0)).toBe(MINUTE_MS);
  });

  it('are not those of our own last word, nor those before our first', () => {
    const contests = createContests();
    for (let time = 0; time < 9; time++) contests.noteCorrection('uid', `${time}`, 0);
    contests.noteWrite('uid', 'ours');
    for (let time = 0; time < 9; time++) contests.noteCorrection('uid', 'ours', 0);
    expect(contests.restMs('uid', 0)).toBe(0);
  });

  it('of one object are not those of another, and go with it', () => {
    const { contests, nowMs } = contested(9);
    expect(contests.restMs('other', nowMs)).toBe(0);
    contests.forget('uid');
    expect(contests.restMs('uid', nowMs)).toBe(0);
  });

  it('of one cluster are not those of another that has the same uid', () => {
    const contests = createContests();
    const [demo, other] = [contestsIn('demo', contests), contestsIn('other', contests)];
    demo.noteWrite('uid', 'ours');
    other.noteWrite('uid', 'ours');
    for (let time = 0; time < 3; time++) demo.noteCorrection('uid', `${time}`, 0);
    expect([demo.restMs('uid', 0), other.restMs('uid', 0)]).toEqual([MINUTE_MS, 0]);
    other.forget('uid');
    expect(demo.restMs('uid', 0)).toBe(MINUTE_MS);
  });
});
