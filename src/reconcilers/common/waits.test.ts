import { expect, it } from 'vitest';
import { anIpRange } from '../../../test/support/cloud-control.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import type { Finding } from './finding.ts';
import { createWaits, stopWaiting } from './waits.ts';

it('a wait begins with the first question, is told in the time of the real AWS, and begins anew after its end', () => {
  const clock = new VirtualClock();
  const waits = createWaits();
  expect(waits.elapsedMs('uid-1', clock)).toBe(0);
  clock.advance(1_000);
  expect(waits.elapsedMs('uid-1', clock)).toBe(1_000);
  expect(waits.elapsedMs('uid-1', clock, 0.01)).toBe(100_000);
  expect(waits.elapsedMs('uid-2', clock)).toBe(0);
  waits.end('uid-1');
  expect(waits.elapsedMs('uid-1', clock)).toBe(0);
});

it.each([
  { deletionTimestamp: undefined, says: 'Processing' },
  { deletionTimestamp: '2026-01-01T00:00:00Z', says: 'Deleting' },
])('who waits shows for what, as $says', ({ deletionTimestamp, says }) => {
  const object = anIpRange({ metadata: { ...(deletionTimestamp !== undefined && { deletionTimestamp }) } });
  const state = { object, finding: undefined as Finding | undefined, waitScale: 0.5 };
  const stop = stopWaiting(state, 'waiting for AWS', 10_000);
  expect(stop).toEqual({ kind: 'stopWithRequeueDelay', delayMs: 5_000, reason: 'waiting for AWS' });
  expect(state.finding).toMatchObject({ state: says, message: 'waiting for AWS' });
});
