import { describe, expect, it } from 'vitest';
import { type CreateIntent, nextIntent, restBeforeRequest } from './request-pause.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 1);

/** The minutes between requests that end at once with `code`. */
function minutesBetween(code: string, requests: number, waitScale = 1): readonly number[] {
  let nowMs = START_MS;
  let last: CreateIntent | undefined;
  return Array.from({ length: requests }, () => {
    const restMs = restBeforeRequest(last, code, nowMs, waitScale);
    nowMs += restMs;
    last = nextIntent(last, code, nowMs, waitScale);
    return restMs / MINUTE_MS;
  });
}

describe('the pause before a connection is requested again', () => {
  it.each(['failed', 'expired', 'deleted'])('grows from a minute to 15 when it is %s each time', (code) => {
    expect(minutesBetween(code, 8)).toEqual([0, 1, 2, 4, 8, 15, 15, 15]);
  });

  it('grows from an hour to a day when somebody rejects it each time', () => {
    expect(minutesBetween('rejected', 8).map((minutes) => minutes / 60)).toEqual([0, 1, 2, 4, 8, 16, 24, 24]);
  });

  it('is as much shorter as a simulated AWS is faster', () => {
    expect(minutesBetween('failed', 3, 1 / 60)).toEqual([0, 1 / 60, 1 / 30]);
  });

  it('is none for a connection that has lived for long, and begins anew then', () => {
    const last = { time: new Date(START_MS).toISOString(), attempt: 7 };
    const laterMs = START_MS + HOUR_MS;
    expect(restBeforeRequest(last, 'deleted', laterMs, 1)).toBe(0);
    expect(nextIntent(last, 'deleted', laterMs, 1).attempt).toBe(1);
    expect(nextIntent(last, 'rejected', laterMs, 1).attempt).toBe(8);
  });
});
