import { describe, expect, it } from 'vitest';
import { aCall } from '../../test/support/pass.ts';
import { assertMayWrite, WriteRefusedError } from './call.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('the write gate', () => {
  const until = (expiresAtMs: number) => ({ authority: { expiresAtMs: () => expiresAtMs } });

  it.each([
    { reason: 'nothing limits the authority', call: aCall(), deadlineMs: 100 },
    { reason: 'the lease outlives the request', call: aCall(until(100)), deadlineMs: 100 },
  ])('lets a write through when $reason', ({ call, deadlineMs }) => {
    expect(() => assertMayWrite(call, deadlineMs, 'CreateSubnet')).not.toThrow();
  });

  it.each([
    {
      reason: 'the lease ends before the request may',
      call: aCall(until(99)),
      deadlineMs: 100,
      refusedFor: 'authority',
    },
    { reason: 'the lease is over', call: aCall(until(0)), deadlineMs: 0, refusedFor: 'authority' },
    { reason: 'a plan only reads', call: aCall({ mode: 'plan' }), deadlineMs: 100, refusedFor: 'mode' },
    { reason: 'an observation only reads', call: aCall({ mode: 'observe' }), deadlineMs: 100, refusedFor: 'mode' },
  ])('refuses a write when $reason', ({ call, deadlineMs, refusedFor }) => {
    const write = (): void => assertMayWrite(call, deadlineMs, 'CreateSubnet');
    expect(write).toThrow(expect.objectContaining({ name: 'WriteRefusedError', refusedFor }));
  });

  it('asks the authority anew at each write', () => {
    const clock = new VirtualClock();
    let expiresAtMs = 1000;
    const call = aCall({ clock, authority: { expiresAtMs: () => expiresAtMs } });
    assertMayWrite(call, 500, 'CreateSubnet');
    expiresAtMs = 400;
    expect(() => assertMayWrite(call, 500, 'CreateSubnet')).toThrow(WriteRefusedError);
  });
});
