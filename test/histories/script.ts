import fc from 'fast-check';
import type { Creation, HistoryKind, Named } from './kind.ts';
import { KINDS } from './kinds/all.ts';
import { aTrouble, type TroubleStep } from './troubles.ts';

/*
 * A history as plain data: what users, whoever else works in AWS, time and troubles do, one step after the other. A step
 * that has nothing to work on does nothing, so that any part of a history is a history.
 */

export type Step =
  | ({ readonly do: 'create' } & Creation)
  | ({ readonly do: 'edit'; readonly spec: object } & Named)
  | ({ readonly do: 'delete' } & Named)
  | ({ readonly do: 'drift'; readonly how: string } & Named)
  /** 0: whatever needs no time. */
  | { readonly do: 'wait'; readonly ms: number }
  | TroubleStep;

const MOST_STEPS = 30;
const MINUTE_MS = 60_000;

const CREATIONS: readonly Step[] = KINDS.flatMap(({ creations }) =>
  creations.map((creation) => ({ do: 'create' as const, ...creation })),
);

function anOwnStep({ creations, edits, drifts }: HistoryKind): readonly fc.WeightedArbitrary<Step>[] {
  const one = fc.constantFrom(...creations).map(({ kind, name }) => ({ kind, name }));
  const hows = Object.keys(drifts);
  return [
    {
      weight: creations.length,
      arbitrary: fc.constantFrom(...creations).map((creation) => ({ do: 'create' as const, ...creation })),
    },
    { weight: creations.length, arbitrary: one.map((named) => ({ do: 'delete' as const, ...named })) },
    ...edits.map(({ weight, spec }) => ({
      weight,
      arbitrary: fc.tuple(one, spec).map(([named, change]) => ({ do: 'edit' as const, ...named, spec: change })),
    })),
    ...hows.map((how) => ({ weight: 1, arbitrary: one.map((named) => ({ do: 'drift' as const, ...named, how })) })),
  ];
}

const aWait: fc.Arbitrary<Step> = fc
  .constantFrom(0, 1_000, 10_000, MINUTE_MS, 2 * MINUTE_MS, 7 * MINUTE_MS, 15 * MINUTE_MS)
  .map((ms) => ({ do: 'wait' as const, ms }));

const ownSteps = KINDS.flatMap(anOwnStep);
const weightOf = (steps: readonly fc.WeightedArbitrary<Step>[]): number =>
  steps.reduce((sum, { weight }) => sum + weight, 0);

const aStep: fc.Arbitrary<Step> = fc.oneof(
  ...ownSteps,
  { weight: Math.round(weightOf(ownSteps) / 2), arbitrary: aTrouble(KINDS.flatMap(({ operations }) => operations)) },
  { weight: Math.round(weightOf(ownSteps) / 2), arbitrary: aWait },
);

/** A first order of some objects, in which users may well ask for what needs others before those, and what happens to them. */
const aScript: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.shuffledSubarray([...CREATIONS], { minLength: 3 }),
    fc.array(aStep, { minLength: 5, maxLength: MOST_STEPS, size: 'max' }),
  )
  .map(([opening, rest]) => [...opening, ...rest]);

/** The script of a seed, always the same. */
export function scriptOf(seed: number): readonly Step[] {
  const [script = []] = fc.sample(aScript, { seed, numRuns: 1, unbiased: true });
  return script;
}
