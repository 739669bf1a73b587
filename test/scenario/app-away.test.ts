import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppWorld } from '../support/app-story.ts';
import type { Loss } from '../support/environment.ts';
import { IS_WHOLE, partOf } from '../support/part.ts';

/*
 * In the midst of an application developer's story the control plane's API server, or that of their cluster, is away, from a
 * moment on: it lets nobody in, or does not answer. That lasts for minutes, and begins again at the next moment after it is back.
 * Each chapter has to end as it does without that.
 *
 * A moment is a call to AWS or a write to either API server. Away from every moment on in each of the four ways they are only with
 * CUTS=all, which takes seven minutes. Else one way has every fourth moment, as far as it is not away already.
 */

const MINUTE_MS = 60_000;

let world: AppWorld;
let undisturbed: ReadonlyMap<string, unknown>;
/** All moments of the story; that a server is away has some of its own. */
const moments = new Set<string>();

beforeAll(async () => {
  world = await AppWorld.start({ hasPassage: true });
  undisturbed = await world.tell((moment) => {
    moments.add(moment);
    return false;
  });
});
afterAll(() => world.stop());

/** Tells the story once; *returns* how often the server was away, at moments that are left. */
async function tellWith(begin: () => void, left: Set<string>): Promise<number> {
  let times = 0;
  const outcomes = await world.tell((moment) => {
    if (!world.environment.isLost && left.delete(moment)) {
      times += 1;
      begin();
    }
    return false;
  });
  for (const [chapter, outcome] of outcomes) expect(outcome, chapter).toEqual(undisturbed.get(chapter));
  return times;
}

interface Way {
  readonly whose: string;
  readonly how: Loss;
  readonly minutes: number;
  readonly cluster?: string;
  readonly turn: number;
}

const CONTROL_PLANE = { whose: 'the control plane', minutes: 2 };
/** Longer than what is left behind in the control plane is kept. */
const CLUSTER = { whose: "the developer's cluster", minutes: 12, cluster: 'demo' };

const WAYS: readonly Omit<Way, 'turn'>[] = [CONTROL_PLANE, CLUSTER].flatMap((one) => [
  { ...one, how: 'refused' },
  { ...one, how: 'blocked' },
]);

const inTurn: readonly Way[] = WAYS.map((way, turn) => ({ ...way, turn }));

it.each(partOf(inTurn))('ends as asked with the API server of $whose $how', { timeout: 1_800_000 }, async (way) => {
  const { how, minutes, cluster, turn } = way;
  const begin = (): void => world.environment.loseKubernetes(how, minutes * MINUTE_MS, cluster);
  const left = new Set([...moments].filter((_, index) => IS_WHOLE || index % WAYS.length === turn));
  let times = await tellWith(begin, left);
  expect(times).toBeGreaterThan(10);
  if (!IS_WHOLE) return;
  while (times > 0) times = await tellWith(begin, left);
});
