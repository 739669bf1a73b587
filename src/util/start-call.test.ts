import { describe, expect, it } from 'vitest';
import { assertMayWrite } from './call.ts';
import { VirtualClock } from './virtual-clock.ts';
import { startCall } from './start-call.ts';

describe('startCall', () => {
  it('has a deadline and leaves no timer', () => {
    const clock = new VirtualClock();
    clock.advance(500);
    expect(startCall({ timeoutMs: 1_000, clock }).deadlineMs).toBe(1_500);
    expect(clock.pending).toBe(0);
  });

  it('may write unless it is told otherwise', () => {
    const clock = new VirtualClock();
    expect(() => assertMayWrite(startCall({ timeoutMs: 1_000, clock }), 1_000, 'x')).not.toThrow();
    expect(() => assertMayWrite(startCall({ timeoutMs: 1_000, clock, mode: 'plan' }), 1_000, 'x')).toThrow('x refused');
  });

  it('ends with the signal of the caller', () => {
    const caller = new AbortController();
    const call = startCall({ timeoutMs: 1_000, signal: caller.signal });
    caller.abort();
    expect(call.signal.aborted).toBe(true);
  });
});
