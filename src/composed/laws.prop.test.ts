import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPass } from '../../test/support/pass.ts';
import { type Action, named } from './action.ts';
import { branch, concurrently, sequence, when } from './combinators.ts';
import { isStop, mostUrgent, next, type Outcome, requeueAfterMs } from './outcome.ts';
import { not } from './predicates.ts';
import { runAction } from './run.ts';

type Steps = string[];

const anOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(next) },
  fc.record({ kind: fc.constant('stopAndForget' as const), reason: fc.string() }),
  fc.record({ kind: fc.constant('stopWithRequeue' as const), reason: fc.string() }),
  fc.record({
    kind: fc.constant('stopWithRequeueDelay' as const),
    delayMs: fc.nat(10_000),
    reason: fc.string(),
  }),
);

const anAction: fc.Arbitrary<Action<Steps>> = fc.tuple(fc.string({ minLength: 1 }), anOutcome).map(([name, outcome]) =>
  named(name, (state: Steps) => {
    state.push(name);
    return outcome;
  }),
);

const actions = fc.array(anAction, { maxLength: 6 });

async function observe(action: Action<Steps>): Promise<{ outcome: Outcome; steps: Steps }> {
  const steps: Steps = [];
  return { outcome: await runAction(action, steps, aPass()), steps };
}

async function same(a: Action<Steps>, b: Action<Steps>): Promise<void> {
  expect(await observe(a)).toEqual(await observe(b));
}

describe('laws of composition', () => {
  it('grouping changes nothing: sequence is associative', () =>
    fc.assert(
      fc.asyncProperty(actions, actions, (left, right) =>
        same(sequence('s', sequence('l', ...left), sequence('r', ...right)), sequence('s', ...left, ...right)),
      ),
    ));

  it('the empty sequence is neutral on both sides', () =>
    fc.assert(
      fc.asyncProperty(anAction, async (action) => {
        await same(sequence('s', sequence('nothing'), action), action);
        await same(sequence('s', action, sequence('nothing')), action);
      }),
    ));

  it('a sequence runs exactly the actions up to the first stop', () =>
    fc.assert(
      fc.asyncProperty(actions, async (list) => {
        const { outcome, steps } = await observe(sequence('s', ...list));
        const alone = await Promise.all(list.map((action) => observe(action)));
        const stopAt = alone.findIndex((one) => isStop(one.outcome));
        expect(steps).toEqual(list.slice(0, stopAt < 0 ? list.length : stopAt + 1).map((action) => action.name));
        expect(outcome).toEqual(alone[stopAt]?.outcome ?? next);
      }),
    ));

  it('a branch equals the two complementary whens', () =>
    fc.assert(
      fc.asyncProperty(fc.boolean(), anAction, anAction, (truth, a, b) => {
        const holds = (): boolean => truth;
        return same(branch(holds, a, b), sequence('s', when(holds, a), when(not(holds), b)));
      }),
    ));

  it('concurrently runs everything once and never depends on the order of its actions for its urgency', () =>
    fc.assert(
      fc.asyncProperty(actions, async (list) => {
        const forward = await observe(concurrently(...list));
        const backward = await observe(concurrently(...list.toReversed()));
        expect(forward.steps.toSorted()).toEqual(list.map((action) => action.name).toSorted());
        expect(forward.outcome.kind).toBe(backward.outcome.kind);
      }),
    ));

  it('the most urgent outcome comes back no later than any other', () =>
    fc.assert(
      fc.property(fc.array(anOutcome), (outcomes) => {
        const urgent = mostUrgent(outcomes);
        for (const stop of outcomes.filter(isStop)) {
          expect(isStop(urgent) && requeueAfterMs(urgent)).toBeLessThanOrEqual(requeueAfterMs(stop));
        }
      }),
    ));
});
