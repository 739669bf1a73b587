import fc from 'fast-check';
import { describe, it } from 'vitest';
import { VirtualClock } from '../util/virtual-clock.ts';
import { TokenBucket } from './token-bucket.ts';

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

const Story = fc.record({
  burst: fc.integer({ min: 1, max: 10 }),
  perSecond: fc.integer({ min: 1, max: 20 }),
  steps: fc.array(fc.record({ calls: fc.integer({ min: 0, max: 8 }), advanceMs: fc.integer({ min: 0, max: 700 }) }), {
    maxLength: 12,
  }),
});

describe('TokenBucket', () => {
  it('never lets more through than burst and rate allow, in any span of time', async () => {
    await fc.assert(
      fc.asyncProperty(Story, async ({ burst, perSecond, steps }) => {
        const clock = new VirtualClock();
        const bucket = new TokenBucket(clock, { burst, perSecond });
        const grantedAtMs: number[] = [];
        for (const { calls, advanceMs } of steps) {
          for (let index = 0; index < calls; index += 1) {
            void bucket.take(Infinity, new AbortController().signal).then(() => grantedAtMs.push(clock.monotonicMs()));
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
});
