import { describe, expect, it } from 'vitest';
import { mostUrgent, next, requeueAfterMs, stopAndForget, stopWithRequeue, stopWithRequeueDelay } from './outcome.ts';

describe('stopWithRequeueDelay', () => {
  it.each([Number.NaN, Infinity, -1])('refuses a delay of %s, which would lose the object', (delayMs) => {
    expect(() => stopWithRequeueDelay(delayMs, 'waiting')).toThrow(RangeError);
  });
});

describe('requeueAfterMs', () => {
  it.each([
    { stop: stopWithRequeue('progress'), afterMs: 0 },
    { stop: stopWithRequeueDelay(1500, 'waiting'), afterMs: 1500 },
    { stop: stopAndForget('done'), afterMs: Infinity },
  ])('is $afterMs for $stop.kind', ({ stop, afterMs }) => {
    expect(requeueAfterMs(stop)).toBe(afterMs);
  });
});

describe('mostUrgent', () => {
  const soon = stopWithRequeueDelay(10, 'soon');
  const late = stopWithRequeueDelay(500, 'late');
  const now = stopWithRequeue('now');
  const never = stopAndForget('never');

  it.each([
    { reason: 'nothing stopped', outcomes: [next, next], expected: next },
    { reason: 'nothing was asked', outcomes: [], expected: next },
    { reason: 'a stop counts more than going on', outcomes: [next, never], expected: never },
    { reason: 'coming back counts more than forgetting', outcomes: [never, late], expected: late },
    { reason: 'the shorter delay wins', outcomes: [late, soon, never], expected: soon },
    { reason: 'progress wins over any delay', outcomes: [soon, now], expected: now },
    {
      reason: 'progress wins over a delay of nothing',
      outcomes: [stopWithRequeueDelay(0, 'zero'), now],
      expected: now,
    },
  ])('$reason', ({ outcomes, expected }) => {
    expect(mostUrgent(outcomes)).toBe(expected);
  });
});
