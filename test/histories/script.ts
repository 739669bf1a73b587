import fc from 'fast-check';
import type { Creation, HistoryKind, Named } from './kind.ts';
import { KINDS, kindNamed } from './kinds/all.ts';
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

/** What users are after; what it needs comes with it. */
const MOST_GOALS = 4;

const CREATIONS: readonly Creation[] = KINDS.flatMap(({ creations }) => creations);

function needed(creation: Creation): readonly Creation[] {
  const names = kindNamed(creation.kind).dependenciesOf(creation);
  const dependencies = CREATIONS.filter((one) =>
    names.some(({ kind, name }) => one.kind === kind && one.name === name),
  );
  return [creation, ...dependencies.flatMap(needed)];
}

/** The objects of one history: few enough that much happens to each. */
const aCast: fc.Arbitrary<readonly Creation[]> = fc
  .shuffledSubarray([...CREATIONS], { minLength: 1, maxLength: MOST_GOALS })
  .map((goals) => [...new Set(goals.flatMap(needed))]);

function anOwnStep({ creations, edits, drifts }: HistoryKind, cast: readonly Creation[]) {
  const own = creations.filter((creation) => cast.includes(creation));
  if (own.length === 0) return [];
  const creation = fc.constantFrom(...own);
  const one = creation.map(({ kind, name }) => ({ kind, name }));
  const steps: readonly fc.WeightedArbitrary<Step>[] = [
    { weight: own.length, arbitrary: creation.map((what) => ({ do: 'create' as const, ...what })) },
    { weight: own.length, arbitrary: one.map((named) => ({ do: 'delete' as const, ...named })) },
    ...edits.map(({ weight, spec }) => ({
      weight,
      arbitrary: fc.tuple(one, spec).map(([named, change]) => ({ do: 'edit' as const, ...named, spec: change })),
    })),
    ...Object.keys(drifts).map((how) => ({
      weight: 1,
      arbitrary: one.map((named) => ({ do: 'drift' as const, ...named, how })),
    })),
  ];
  return steps;
}

const aWait: fc.Arbitrary<Step> = fc
  .constantFrom(0, 1_000, 10_000, MINUTE_MS, 2 * MINUTE_MS, 7 * MINUTE_MS, 15 * MINUTE_MS)
  .map((ms) => ({ do: 'wait' as const, ms }));

const weightOf = (steps: readonly fc.WeightedArbitrary<Step>[]): number =>
  steps.reduce((sum, { weight }) => sum + weight, 0);

function aStep(cast: readonly Creation[]): fc.Arbitrary<Step> {
  const kinds = KINDS.filter(({ creations }) => creations.some((creation) => cast.includes(creation)));
  const own = kinds.flatMap((kind) => anOwnStep(kind, cast));
  return fc.oneof(
    ...own,
    { weight: Math.round(weightOf(own) / 2), arbitrary: aTrouble(kinds.flatMap(({ operations }) => operations)) },
    { weight: Math.round(weightOf(own) / 2), arbitrary: aWait },
  );
}

/** A first order of all objects, in which users may well ask for what needs others before those, and what happens to them. */
const aScript: fc.Arbitrary<readonly Step[]> = aCast.chain((cast) =>
  fc
    .tuple(
      fc.shuffledSubarray([...cast], { minLength: cast.length }),
      fc.array(aStep(cast), { minLength: 5, maxLength: MOST_STEPS, size: 'max' }),
    )
    .map(([opening, rest]) => [...opening.map((creation) => ({ do: 'create' as const, ...creation })), ...rest]),
);

/** The script of a seed, always the same. */
export function scriptOf(seed: number): readonly Step[] {
  const [script = []] = fc.sample(aScript, { seed, numRuns: 1, unbiased: true });
  return script;
}
