import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { LifeCycle } from './life-cycle.ts';

type State = 'creating' | 'available' | 'deleting' | 'gone';

const TRANSITIONS = {
  creating: { lastsMs: 60, next: 'available' },
  deleting: { lastsMs: 30, next: 'gone' },
} as const;

let clock: VirtualClock;
let entered: string[];

beforeEach(() => {
  clock = new VirtualClock(1_000);
  entered = [];
});

function aLifeCycle(first: State = 'creating'): LifeCycle<State> {
  return new LifeCycle<State>(clock, first, TRANSITIONS, (state) => entered.push(state));
}

it('passes to the next state when the time of the first is over', () => {
  const cycle = aLifeCycle();
  clock.advance(59);
  expect(cycle.state).toBe('creating');
  clock.advance(1);
  expect(cycle.state).toBe('available');
  expect(cycle.sinceMs).toBe(1_060);
  expect(entered).toEqual(['available']);
});

it('stays in a state that has no transition', () => {
  const cycle = aLifeCycle('available');
  clock.advance(1e9);
  expect(cycle.state).toBe('available');
  expect(clock.pending).toBe(0);
});

it('drops the transition that waits when another state is entered', () => {
  const cycle = aLifeCycle();
  clock.advance(10);
  cycle.enter('deleting');
  clock.advance(100);
  expect(entered).toEqual(['deleting', 'gone']);
});

it('lets one entry last longer than the table says', () => {
  const cycle = aLifeCycle('available');
  cycle.enter('deleting', 500);
  clock.advance(499);
  expect(cycle.state).toBe('deleting');
  clock.advance(1);
  expect(cycle.state).toBe('gone');
});

it('does nothing any more after it was stopped', () => {
  const cycle = aLifeCycle();
  cycle.stop();
  clock.advance(1e6);
  expect(cycle.state).toBe('creating');
  expect(clock.pending).toBe(0);
});

it('knows its new state when it tells of it', () => {
  const seen: string[] = [];
  const cycle: LifeCycle<State> = new LifeCycle<State>(clock, 'creating', TRANSITIONS, () => seen.push(cycle.state));
  clock.advance(60);
  expect(seen).toEqual(['available']);
});
