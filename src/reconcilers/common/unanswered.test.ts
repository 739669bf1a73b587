import { expect, it } from 'vitest';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { createUnanswered, restOfUnansweredMs } from './unanswered.ts';

const MINUTE_MS = 60_000;

it('keeps the latest write of each object in mind for as long as it may still have its effect', () => {
  const clock = new VirtualClock();
  const unanswered = createUnanswered();
  unanswered.note('one', clock);
  clock.advance(2 * MINUTE_MS);
  expect(unanswered.of('other', clock)).toBeUndefined();
  expect(restOfUnansweredMs(unanswered.of('one', clock), clock)).toBe(4 * MINUTE_MS);
  unanswered.note('one', clock);
  expect(restOfUnansweredMs(unanswered.of('one', clock), clock)).toBe(6 * MINUTE_MS);
  clock.advance(6 * MINUTE_MS);
  expect(unanswered.of('one', clock)).toBeUndefined();
});

it('has nothing to wait for where nothing was left without an answer', () => {
  expect(restOfUnansweredMs(undefined, new VirtualClock())).toBe(0);
});
