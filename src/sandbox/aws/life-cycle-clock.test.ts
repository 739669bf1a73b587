import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { LifeCycleClock, type Speed } from './life-cycle-clock.ts';

let wall: VirtualClock;
let ran: string[];

beforeEach(() => {
  wall = new VirtualClock();
  ran = [];
});

function clockAt(speed: Speed): LifeCycleClock {
  return new LifeCycleClock(wall, speed);
}

function note(name: string): () => void {
  return () => void ran.push(name);
}

describe('a scaled clock', () => {
  it('runs tasks at their scaled time', () => {
    const clock = clockAt(60);
    clock.schedule(360_000, note('available'));
    wall.advance(5_999);
    expect(ran).toEqual([]);
    wall.advance(1);
    expect(ran).toEqual(['available']);
    expect(clock.monotonicMs()).toBe(360_000);
  });

  it('follows a change of speed for tasks that wait already, both ways', () => {
    const clock = clockAt(1);
    clock.schedule(100_000, note('done'));
    wall.advance(50_000);
    clock.setSpeed(100);
    wall.advance(499);
    expect(ran).toEqual([]);
    clock.setSpeed(0.1);
    wall.advance(500);
    expect(ran).toEqual([]);
    wall.advance(500);
    expect(ran).toEqual(['done']);
  });

  it('never goes back when the speed changes', () => {
    const clock = clockAt(1000);
    wall.advance(1_000);
    const before = clock.now();
    clock.setSpeed(1);
    expect(clock.now()).toBe(before);
    wall.advance(10);
    expect(clock.now()).toBe(before + 10);
  });

  it('runs what falls due while it is advanced, each task at its own time', () => {
    const clock = clockAt(1);
    const times: number[] = [];
    clock.schedule(2_000, () => times.push(clock.monotonicMs()));
    clock.schedule(1_000, () => {
      times.push(clock.monotonicMs());
      clock.schedule(500, () => times.push(clock.monotonicMs()));
    });
    clock.advance(10_000);
    expect(times).toEqual([1_000, 1_500, 2_000]);
    expect(clock.monotonicMs()).toBe(10_000);
  });

  it('runs tasks of the same time in the order in which they were scheduled', () => {
    const clock = clockAt(10);
    clock.schedule(100, note('first'));
    clock.schedule(100, note('second'));
    wall.advance(10);
    expect(ran).toEqual(['first', 'second']);
  });

  it('forgets a task that was taken back', () => {
    const clock = clockAt(1);
    const cancel = clock.schedule(100, note('never'));
    cancel();
    wall.advance(1_000);
    expect(ran).toEqual([]);
    expect(clock.pending).toBe(0);
    expect(wall.pending).toBe(0);
  });

  it('keeps one timer of the wall however many tasks wait, and none when it is cleared', () => {
    const clock = clockAt(1);
    for (let delayMs = 1; delayMs <= 50; delayMs++) clock.schedule(delayMs, note('x'));
    expect(wall.pending).toBe(1);
    clock.clear();
    expect(wall.pending).toBe(0);
  });
});

describe('with the speed max', () => {
  it('every task is due at once, and time jumps to it', () => {
    const clock = clockAt('max');
    const startMs = clock.now();
    clock.schedule(360_000, note('available'));
    expect(ran).toEqual([]);
    clock.runDue();
    expect(ran).toEqual(['available']);
    expect(clock.now()).toBe(startMs + 360_000);
  });

  it('the timer of the wall alone is enough', () => {
    const clock = clockAt('max');
    clock.schedule(360_000, () => void clock.schedule(1_000, note('second')));
    wall.advance(0);
    expect(ran).toEqual(['second']);
  });

  it('a task that schedules itself for ever does not hang the simulator', () => {
    const clock = clockAt('max');
    let runs = 0;
    const again = (): void => {
      runs += 1;
      clock.schedule(1, again);
    };
    again();
    clock.runDue();
    expect(runs).toBeGreaterThan(100);
    expect(clock.pending).toBe(1);
  });

  it('a task that waited at another speed runs when max is set', () => {
    const clock = clockAt(1);
    clock.schedule(1e6, note('late'));
    clock.setSpeed('max');
    wall.advance(0);
    expect(ran).toEqual(['late']);
  });
});
