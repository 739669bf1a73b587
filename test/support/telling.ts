import { Cuts, type Mortal } from './cuts.ts';
import type { Part } from './script.ts';

/** Where a story is told: what is asked for in a chapter, when that is done, and what came of it. */
export interface Stage<C extends { readonly part: Part; readonly title: string }> {
  readonly system: Mortal & { advance(ms: number): Promise<void> };
  readonly chapters: readonly C[];
  ask(chapter: C): Promise<void>;
  /** *Throws* when a chapter does not come to its end. */
  untilDone(chapter: C): Promise<void>;
  /** In a form in which two tellings are equal. */
  outcome(): Promise<unknown>;
}

export type ShallDieAt = (moment: string, part: Part) => boolean;

/** A story that can be told again and again. */
export interface Story {
  /**
   * Tells the story once, with an operator that dies where `shallDieAt` says so; gives what there was after each chapter.
   * Without `parts`, all are told. After each chapter `restMs` go by, without a death, in which whatever comes late comes.
   *
   * *Throws* when a chapter does not come to its end.
   */
  tell(shallDieAt: ShallDieAt, parts?: readonly Part[], restMs?: number): Promise<ReadonlyMap<string, unknown>>;
}

/** The `tell` of a {@link Story}. */
export async function tellOn<C extends { readonly part: Part; readonly title: string }>(
  stage: Stage<C>,
  shallDieAt: ShallDieAt,
  parts: readonly Part[] = ['creation', 'change', 'deletion'],
  restMs = 0,
): Promise<ReadonlyMap<string, unknown>> {
  const outcomes = new Map<string, unknown>();
  for (const chapter of stage.chapters.filter(({ part }) => parts.includes(part))) {
    const cuts = new Cuts(stage.system, (moment) => shallDieAt(moment, chapter.part));
    const end = cuts.begin(chapter.title);
    await stage.ask(chapter);
    await stage.untilDone(chapter);
    end();
    if (restMs > 0) {
      await stage.system.advance(restMs);
      await stage.untilDone(chapter);
    }
    outcomes.set(chapter.title, await stage.outcome());
  }
  return outcomes;
}
