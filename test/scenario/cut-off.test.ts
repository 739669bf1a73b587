import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';

/*
 * The operator dies at every call to AWS and every write to Kubernetes of the demo's story. The story is told once
 * undisturbed, which names the moments; then again and again, and the operator dies at each moment that it has not died
 * at before, often dozens of times in a chapter. After each chapter AWS and Kubernetes have to hold what they hold in the
 * undisturbed story, no more and no less.
 */

let world: DemoWorld;
let atFirst: unknown;
let undisturbed: ReadonlyMap<string, unknown>;
const moments = new Set<string>();

beforeAll(async () => {
  world = await DemoWorld.start((options) => Environment.start(options));
  atFirst = await world.outcome();
  undisturbed = await world.tell((moment) => {
    moments.add(moment);
    return false;
  });
}, 60_000);

afterAll(() => world.system.stop());

/** Tellings without a death, because none of the moments that are left came: they came once by chance. */
const TELLINGS_IN_VAIN = 3;
const MOST_BY_CHANCE = 0.05;

describe("the demo's story", () => {
  it('leaves AWS as it was, and has hundreds of moments at which an operator may die', () => {
    expect([...undisturbed.values()].at(-1)).toEqual(atFirst);
    expect(moments.size).toBeGreaterThan(300);
    expect([...moments]).toEqual(
      expect.arrayContaining([
        'a RedisInstance and a RedisCluster: CreateReplicationGroup cm-demo-cluster #0 after',
        'a RedisInstance and a RedisCluster: patch redisclusters status demo-cluster #0 before',
        'everything deleted at once: patch scopes demo #0 after',
      ]),
    );
  });

  it('comes out the same with an operator that dies at any of them, with nothing twice and nothing left', async () => {
    const left = new Set(moments);
    for (let inVain = 0; left.size > 0 && inVain < TELLINGS_IN_VAIN;) {
      const before = left.size;
      const outcomes = await world.tell((moment) => left.delete(moment));
      for (const [chapter, outcome] of outcomes) expect(outcome, chapter).toEqual(undisturbed.get(chapter));
      inVain = left.size < before ? 0 : inVain + 1;
    }
    expect(left.size, [...left].join('\n')).toBeLessThanOrEqual(MOST_BY_CHANCE * moments.size);
  }, 240_000);
});
