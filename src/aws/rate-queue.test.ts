import { describe, expect, it } from 'vitest';
import type { RateLimit } from './rate-limits.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { RateQueue } from './rate-queue.ts';

const never = new AbortController().signal;

function aQueue(together?: RateLimit) {
  const clock = new VirtualClock();
  return { clock, queue: new RateQueue(clock, { each: { burst: 3, perSecond: 2 }, ...(together && { together }) }) };
}

/** One who waits as long as it takes. */
const patient = { deadlineMs: Infinity, signal: never, goesFirst: false };

/** Takes `count` tokens; the list fills with the moments at which each was granted. */
function takeMany(queue: RateQueue, clock: VirtualClock, count: number, operation = 'A'): number[] {
  const grantedAtMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    void queue.take(operation, patient).then(() => grantedAtMs.push(clock.monotonicMs()));
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

describe('RateQueue', () => {
  it('lets a burst through at once and the rest at the rate, in order', async () => {
    const { clock, queue } = aQueue();
    const grantedAtMs = takeMany(queue, clock, 6);
    await settle();
    expect(grantedAtMs).toEqual([0, 0, 0]);
    await advanceInSteps(clock, 2_000);
    expect(grantedAtMs).toEqual([0, 0, 0, 500, 1_000, 1_500]);
  });

  it('lets those who wait in different queues go in the same moments, twice a second', async () => {
    const clock = new VirtualClock();
    clock.advance(130);
    const slow = new RateQueue(clock, { each: { burst: 5, perSecond: 3 } });
    clock.advance(205);
    const fast = new RateQueue(clock, { each: { burst: 5, perSecond: 7 } });
    const [slowAtMs, fastAtMs] = [takeMany(slow, clock, 9), takeMany(fast, clock, 12)];
    await settle();
    for (let steps = 0; steps < 400; steps += 1) {
      clock.advance(5);
      await settle();
    }
    expect(slowAtMs.slice(5)).toEqual([1_000, 1_500, 1_500, 2_000]);
    expect(fastAtMs.slice(5)).toEqual([500, 1_000, 1_000, 1_000, 1_500, 1_500, 1_500]);
  });

  it('refuses at once whoever would wait beyond its deadline', async () => {
    const { clock, queue } = aQueue();
    takeMany(queue, clock, 5);
    await expect(queue.take('A', { ...patient, deadlineMs: 1_499 })).resolves.toBe(false);
    const granted = queue.take('A', { ...patient, deadlineMs: 1_500 });
    await advanceInSteps(clock, 1_500);
    await expect(granted).resolves.toBe(true);
  });

  it('gives the place of a waiter that left to the next', async () => {
    const { clock, queue } = aQueue();
    takeMany(queue, clock, 3);
    const leaver = new AbortController();
    const left = queue.take('A', { ...patient, signal: leaver.signal });
    const grantedAtMs = takeMany(queue, clock, 1);
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await advanceInSteps(clock, 500);
    expect(grantedAtMs).toEqual([500]);
  });

  it('leaves no timer when nobody waits', async () => {
    const { clock, queue } = aQueue();
    takeMany(queue, clock, 4);
    await advanceInSteps(clock, 500);
    expect(clock.pending).toBe(0);
    const leaver = new AbortController();
    const left = queue.take('A', { ...patient, signal: leaver.signal }).catch(() => 'left');
    leaver.abort();
    await expect(left).resolves.toBe('left');
    expect(clock.pending).toBe(0);
  });

  it('makes all wait after it was drained', async () => {
    const { clock, queue } = aQueue();
    queue.pause('A', 1_000);
    const grantedAtMs = takeMany(queue, clock, 1);
    await advanceInSteps(clock, 2_000);
    expect(grantedAtMs).toEqual([1_500]);
  });

  it('pauses once when many calls are throttled in one moment', async () => {
    const { clock, queue } = aQueue();
    for (let index = 0; index < 100; index += 1) queue.pause('A', 1_000);
    const grantedAtMs = takeMany(queue, clock, 1);
    await advanceInSteps(clock, 6_000);
    expect(grantedAtMs).toEqual([5_500]);
  });

  it('holds no token while it waits for the other: what came together leaves no faster than its own bucket allows', async () => {
    const { clock, queue } = aQueue({ burst: 4, perSecond: 4 });
    // B fills the bucket of all for a second and a half; meanwhile A's own bucket is full.
    takeMany(queue, clock, 3, 'B');
    takeMany(queue, clock, 1, 'C');
    const grantedAtMs = takeMany(queue, clock, 8, 'A');
    await advanceInSteps(clock, 3_000);
    expect(grantedAtMs).toEqual([500, 500, 1_000, 1_000, 1_500, 2_000, 2_500, 3_000]);
  });

  it('lets one who needs another bucket pass one who cannot go yet', async () => {
    const { clock, queue } = aQueue({ burst: 100, perSecond: 100 });
    takeMany(queue, clock, 5, 'A');
    expect(await queue.take('B', { ...patient, deadlineMs: 0 })).toBe(true);
  });
});
