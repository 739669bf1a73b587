import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../util/virtual-clock.ts';
import { TokenBucket } from './token-bucket.ts';

const never = new AbortController().signal;

function aBucket() {
  const clock = new VirtualClock();
  return { clock, bucket: new TokenBucket(clock, { burst: 3, perSecond: 2 }) };
}

/** Takes `count` tokens; the list fills with the moments at which each was granted. */
function takeMany(bucket: TokenBucket, clock: VirtualClock, count: number): number[] {
  const grantedAtMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    void bucket.take(Infinity, never).then(() => grantedAtMs.push(clock.monotonicMs()));
  }
  return grantedAtMs;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function advanceInSteps(clock: VirtualClock, totalMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < totalMs; passedMs += 100) {
    clock.advance(100);
    await settle();
  }
}

describe('TokenBucket', () => {
  it('lets a burst through at once and the rest at the rate, in order', async () => {
    const { clock, bucket } = aBucket();
    const grantedAtMs = takeMany(bucket, clock, 6);
    await settle();
    expect(grantedAtMs).toEqual([0, 0, 0]);
    await advanceInSteps(clock, 2_000);
    expect(grantedAtMs).toEqual([0, 0, 0, 500, 1_000, 1_500]);
  });

  it('refuses at once whoever would wait beyond its deadline', async () => {
    const { clock, bucket } = aBucket();
    takeMany(bucket, clock, 5);
    await expect(bucket.take(1_499, never)).resolves.toBe(false);
    const granted = bucket.take(1_500, never);
    await advanceInSteps(clock, 1_500);
    await expect(granted).resolves.toBe(true);
  });

  it('gives the place of a waiter that left to the next', async () => {
    const { clock, bucket } = aBucket();
    takeMany(bucket, clock, 3);
    const leaver = new AbortController();
    const left = bucket.take(Infinity, leaver.signal);
    const grantedAtMs = takeMany(bucket, clock, 1);
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await advanceInSteps(clock, 500);
    expect(grantedAtMs).toEqual([500]);
  });

  it('leaves no timer when nobody waits', async () => {
    const { clock, bucket } = aBucket();
    takeMany(bucket, clock, 4);
    await advanceInSteps(clock, 500);
    expect(clock.pending).toBe(0);
    const leaver = new AbortController();
    const left = bucket.take(Infinity, leaver.signal).catch(() => 'left');
    leaver.abort();
    await expect(left).resolves.toBe('left');
    expect(clock.pending).toBe(0);
  });

  it('makes all wait after it was drained', async () => {
    const { clock, bucket } = aBucket();
    bucket.drain(1_000);
    const grantedAtMs = takeMany(bucket, clock, 1);
    await advanceInSteps(clock, 2_000);
    expect(grantedAtMs).toEqual([1_500]);
  });

  it('pauses once when many calls are throttled in one moment', async () => {
    const { clock, bucket } = aBucket();
    for (let index = 0; index < 100; index += 1) bucket.drain(1_000);
    const grantedAtMs = takeMany(bucket, clock, 1);
    await advanceInSteps(clock, 6_000);
    expect(grantedAtMs).toEqual([5_500]);
  });
});
