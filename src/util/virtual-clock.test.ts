import { describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('VirtualClock', () => {
  it('runs what falls due, in order of time and then of scheduling, each at its own time', () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.now()}`);
    clock.schedule(20, note('c'));
    clock.schedule(10, note('a'));
    clock.schedule(10, note('b'));
    clock.schedule(21, note('late'));
    clock.advance(20);
    expect(seen).toEqual(['a@10', 'b@10', 'c@20']);
    expect(clock.now()).toBe(20);
    expect(clock.nextDueInMs).toBe(1);
  });

  it('runs a task scheduled by a running task in the same advance', () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.schedule(10, tick);
    };
    clock.schedule(10, tick);
    clock.advance(35);
    expect(ticks).toBe(3);
    expect(clock.pending).toBe(1);
  });

  it('never runs what was cancelled', () => {
    const clock = new VirtualClock();
    let ran = false;
    clock.schedule(5, () => (ran = true))();
    clock.advance(10);
    expect(ran).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('keeps monotonic time when the wall clock jumps', () => {
    const clock = new VirtualClock(1000);
    clock.jumpWallClock(-500);
    expect(clock.now()).toBe(500);
    expect(clock.monotonicMs()).toBe(0);
  });
});

describe('sleep', () => {
  it('ends after its time', async () => {
    const clock = new VirtualClock();
    const slept = sleep(clock, 100);
    clock.advance(100);
    await expect(slept).resolves.toBeUndefined();
  });

  it('ends at once, and leaves no timer, when its signal aborts', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const slept = sleep(clock, 100, controller.signal);
    controller.abort(new Error('over'));
    await expect(slept).rejects.toThrow('over');
    expect(clock.pending).toBe(0);
  });

  it('does not start when its signal has aborted', async () => {
    const clock = new VirtualClock();
    await expect(sleep(clock, 100, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(clock.pending).toBe(0);
  });
});
