import { expect } from 'vitest';
import { CUTS, isInPart } from './part.ts';
import type { Part } from './script.ts';
import type { Story } from './telling.ts';

/*
 * The operator dies at every call to AWS and every write to Kubernetes of a story. The story is told once
 * undisturbed, which names the moments; then again and again, and the operator dies at each moment that it has not died
 * at before, often dozens of times in a chapter. After each chapter AWS and Kubernetes have to hold what they hold in the
 * undisturbed story, no more and no less.
 *
 * That is for the moments of a part, see `part.ts`.
 */

/** Tellings without a death, because none of the moments that are left came: they came once by chance. */
const TELLINGS_IN_VAIN = 3;
const MOST_BY_CHANCE = 0.05;

export interface CutOffs {
  /** The parts that are told. */
  readonly told: readonly Part[];
  /** Those of them in which the operator dies. */
  readonly deadly: readonly Part[];
  /** How long to rest after each chapter, until what is remembered only because AWS may answer late is forgotten. Default: 0. */
  readonly restMs?: number;
}

/** *Throws* what the telling throws, with how to have the same one again. */
async function inPart<T>(telling: Promise<T>): Promise<T> {
  try {
    return await telling;
  } catch (cause) {
    throw new Error(`With CUTS=${CUTS}`, { cause });
  }
}

/** *Returns* all moments of the story. *Throws* (an assertion) for what does not come out as it should. */
export async function cutOffEverywhere(
  story: Story,
  { told, deadly, restMs = 0 }: CutOffs,
): Promise<readonly string[]> {
  const moments = new Set<string>();
  const undisturbed = await story.tell(
    (moment, part) => {
      if (deadly.includes(part)) moments.add(moment);
      return false;
    },
    told,
    restMs,
  );
  const chosen = [...moments].filter(isInPart);
  expect(chosen.length).toBeGreaterThan(0);
  const left = new Set(chosen);
  for (let inVain = 0; left.size > 0 && inVain < TELLINGS_IN_VAIN;) {
    const before = left.size;
    const outcomes = await inPart(story.tell((moment) => left.delete(moment), told, restMs));
    for (const [chapter, outcome] of outcomes)
      expect(outcome, `${chapter} (CUTS=${CUTS})`).toEqual(undisturbed.get(chapter));
    inVain = left.size < before ? 0 : inVain + 1;
  }
  expect(left.size, [...left].join('\n')).toBeLessThanOrEqual(MOST_BY_CHANCE * chosen.length);
  return [...moments];
}
