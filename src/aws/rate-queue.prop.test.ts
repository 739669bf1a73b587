import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Clock } from '../util/clock.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { RateQueue } from './rate-queue.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Moves time on from task to task, so that each grant is seen at its own moment. */
async function advance(clock: VirtualClock, totalMs: number): Promise<void> {
  for (let leftMs = totalMs; leftMs > 0;) {
    const stepMs = Math.min(clock.nextDueInMs ?? leftMs, leftMs);
    clock.advance(stepMs);
    await settle();
    leftMs -= stepMs;
  }
}

const fraction = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

/** Moments and rates as a real clock and an operator's arithmetic give them: no whole numbers. */
const UnevenStory = fc.record({
  burst: fc.integer({ min: 10, max: 20 }),
  rates: fc.array(fraction(0.5, 20), { minLength: 1, maxLength: 3 }),
  steps: fc.array(fc.record({ calls: fc.integer({ min: 0, max: 5 }), advanceMs: fraction(0, 700) }), { maxLength: 8 }),
});

/** Fails as soon as a timer of one owner is due twice in one moment: the next one would be, too, and so for ever. */
function movingClock(clock: VirtualClock): Clock {
  let lastMs = -Infinity;
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    schedule: (delayMs, run) =>
      clock.schedule(delayMs, () => {
        if (clock.monotonicMs() <= lastMs) throw new Error('time does not move on');
        lastMs = clock.monotonicMs();
        run();
      }),
  };
}

const Story = fc.record({
  burst: fc.integer({ min: 1, max: 10 }),
  perSecond: fc.integer({ min: 1, max: 20 }),
  steps: fc.array(fc.record({ calls: fc.integer({ min: 0, max: 8 }), advanceMs: fc.integer({ min: 0, max: 700 }) }), {
    maxLength: 12,
  }),
});

describe('RateQueue', () => {
  it('never lets more through than burst and rate allow, in any span of time', async () => {
    await fc.assert(
      fc.asyncProperty(Story, async ({ burst, perSecond, steps }) => {
        const clock = new VirtualClock();
        const queue = new RateQueue(clock, { each: { burst, perSecond } });
        const grantedAtMs: number[] = [];
        for (const { calls, advanceMs } of steps) {
          for (let index = 0; index < calls; index += 1) {
            const patient = { deadlineMs: Infinity, signal: new AbortController().signal, goesFirst: index % 2 === 0 };
            void queue.take('A', patient).then(() => grantedAtMs.push(clock.monotonicMs()));
          }
          await settle();
          await advance(clock, advanceMs);
        }
        return grantedAtMs.every((fromMs, first) =>
          grantedAtMs.slice(first).every((toMs, further) => {
            const allowed = burst + ((toMs - fromMs) * perSecond) / 1000;
            return further + 1 <= allowed + 1e-6;
          }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('lets go twice a second in all queues, and all in the end, with time moving on between', async () => {
    await fc.assert(
      fc.asyncProperty(UnevenStory, async ({ burst, rates, steps }) => {
        const clock = new VirtualClock();
        const queues = rates.map((perSecond) => new RateQueue(movingClock(clock), { each: { burst, perSecond } }));
        const waitedUntilMs: number[] = [];
        let left = 0;
        const take = (queue: RateQueue): void => {
          const askedAtMs = clock.monotonicMs();
          left += 1;
          const patient = { deadlineMs: Infinity, signal: new AbortController().signal, goesFirst: false };
          void queue.take('A', patient).then(() => {
            left -= 1;
            if (clock.monotonicMs() > askedAtMs) waitedUntilMs.push(clock.monotonicMs());
          });
        };
        for (const { calls, advanceMs } of steps) {
          for (const queue of queues) for (let index = 0; index < calls; index += 1) take(queue);
          await settle();
          await advance(clock, advanceMs);
        }
        await advance(clock, 81_000);
        // A timer takes whole milliseconds, so that it may be due a part of one later; and floating point is not exact.
        const isOnGrid = (atMs: number): boolean => (atMs + 1e-6) % 500 <= 1 + 2e-6;
        return left === 0 && clock.pending === 0 && waitedUntilMs.every(isOnGrid);
      }),
      { numRuns: 40 },
    );
  });
});
