import { TemplateProblem } from './problem.ts';

/**
 * How much may be made of templates that somebody else wrote: a few characters can double a text again and again, and whoever
 * fills it in has one thread for everybody.
 */
export interface Effort {
  /** Counts characters that are read or made. *Throws* {@link TemplateProblem} when they become too many. */
  spend(characters: number): void;
}

/** @param most - Characters, of all templates together that share it. */
export function createEffort(most: number): Effort {
  let left = most;
  return {
    spend(characters) {
      left -= characters;
      if (left < 0) throw new TemplateProblem(`it makes too much text: more than ${most} characters on the way`);
    },
  };
}
