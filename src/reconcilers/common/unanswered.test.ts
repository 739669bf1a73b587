import { expect, it } from 'vitest';
import { type Call, unlimitedAuthority } from '../../util/call.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { createUnanswered, restOfUnansweredMs } from './unanswered.ts';

const MINUTE_MS = 60_000;

it('keeps the latest write of each object in mind for as long as it may still have its effect', () => {
  const clock = new VirtualClock();
  const unanswered = createUnanswered();
  unanswered.note('one', clock);
  clock.advance(2 * MINUTE_MS);
  expect(unanswered.of('other', 1, clock)).toBeUndefined();
  expect(restOfUnansweredMs(unanswered.of('one', 1, clock), 1, clock)).toBe(4 * MINUTE_MS);
  unanswered.note('one', clock);
  expect(restOfUnansweredMs(unanswered.of('one', 1, clock), 1, clock)).toBe(6 * MINUTE_MS);
  clock.advance(6 * MINUTE_MS);
  expect(unanswered.of('one', 1, clock)).toBeUndefined();
});

it('takes the last write of who began an object before for unanswered, once', () => {
  const clock = new VirtualClock();
  const unanswered = createUnanswered();
  const call = { clock, authority: unlimitedAuthority };
  unanswered.meet('begun here', false, call);
  unanswered.meet('begun before', true, call);
  clock.advance(MINUTE_MS);
  for (const uid of ['begun here', 'begun before']) unanswered.meet(uid, true, call);
  expect(unanswered.of('begun here', 1, clock)).toBeUndefined();
  expect(restOfUnansweredMs(unanswered.of('begun before', 1, clock), 1, clock)).toBe(5 * MINUTE_MS);
  unanswered.forget('begun before');
  expect(unanswered.of('begun before', 1, clock)).toBeUndefined();
});

it('takes what another one did meanwhile, who had the authority, for unanswered as well', () => {
  const clock = new VirtualClock();
  const unanswered = createUnanswered();
  const under = (): Pick<Call, 'clock' | 'authority'> => {
    const { signal: ended } = new AbortController();
    return { clock, authority: { expiresAtMs: () => Infinity, ended } };
  };
  const [first, second] = [under(), under()];
  unanswered.meet('one', false, first);
  unanswered.meet('one', true, first);
  expect(unanswered.of('one', 1, clock)).toBeUndefined();
  unanswered.meet('one', true, second);
  expect(restOfUnansweredMs(unanswered.of('one', 1, clock), 1, clock)).toBe(6 * MINUTE_MS);
});

it('has nothing to wait for where nothing was left without an answer', () => {
  expect(restOfUnansweredMs(undefined, 1, new VirtualClock())).toBe(0);
});
