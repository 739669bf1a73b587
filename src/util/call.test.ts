import { describe, expect, it } from 'vitest';
import { aCall } from '../../test/support/pass.ts';
import { assertMayWrite, AuthorityEndedError, lacksAuthority, requestDeadlineMs, WriteRefusedError } from './call.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('the write gate', () => {
  const until = (expiresAtMs: number) => ({ authority: { expiresAtMs: () => expiresAtMs } });

  it.each([
    { reason: 'nothing limits the authority', call: aCall(), deadlineMs: 100 },
    { reason: 'the lease outlives the request', call: aCall(until(500)), deadlineMs: 500 },
  ])('lets a write through when $reason', ({ call, deadlineMs }) => {
    expect(() => assertMayWrite(call, deadlineMs, 'CreateSubnet')).not.toThrow();
  });

  it.each([
    {
      reason: 'the lease ends before the request may',
      call: aCall(until(999)),
      deadlineMs: 1000,
      refusedFor: 'authority',
    },
    { reason: 'the lease is about to end', call: aCall(until(499)), deadlineMs: 100, refusedFor: 'authority' },
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

describe('the deadline of a request', () => {
  const ending = { authority: { expiresAtMs: () => 8_000 } };

  it.each([
    { reason: 'the time-out', call: aCall(), isWrite: true, expected: 15_000 },
    {
      reason: 'that of the call when it is sooner',
      call: aCall({ deadlineMs: 3_000 }),
      isWrite: true,
      expected: 3_000,
    },
    { reason: 'the end of the authority when it writes', call: aCall(ending), isWrite: true, expected: 8_000 },
    { reason: 'its own when it reads', call: aCall(ending), isWrite: false, expected: 15_000 },
  ])('is $reason', ({ call, isWrite, expected }) => {
    expect(requestDeadlineMs(call, 15_000, isWrite)).toBe(expected);
  });
});

describe('a lack of authority', () => {
  const refused = new WriteRefusedError('authority', 'CreateSubnet');

  it.each([refused, new AuthorityEndedError('over'), new AggregateError([new Error('other'), refused])])(
    'is told of %s',
    (error) => {
      expect(lacksAuthority(error)).toBe(true);
    },
  );

  it.each([new WriteRefusedError('mode', 'CreateSubnet'), new Error('x'), undefined])('is not told of %s', (error) => {
    expect(lacksAuthority(error)).toBe(false);
  });
});
