import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';
import { CUTS, partOf } from '../support/part.ts';

/*
 * The operator dies right after a write to AWS, before it can note what it did, and what it was at is deleted before the
 * next one starts: that one has to find everything without having made it.
 */

const MOST_BY_CHANCE = 0.1;

let world: DemoWorld;
let atFirst: unknown;
const writes: string[] = [];

beforeAll(async () => {
  world = await DemoWorld.start((options) => Environment.start(options));
  atFirst = await world.outcome();
  await world.giveUp((moment) => {
    // Operations of AWS have names in capitals, verbs of Kubernetes do not.
    if (/: (Associate|Create|Authorize|Modify).* after$/.test(moment)) writes.push(moment);
    return false;
  });
});

afterAll(() => world.system.stop());

it('leaves nothing in AWS of what was deleted while the operator lay dead after any of its writes', async () => {
  expect(writes).toContain('given up: CreateReplicationGroup cm-demo-instance #0 after');
  expect(writes.length).toBeGreaterThanOrEqual(20);
  const chosen = partOf(writes.toSorted());
  expect(chosen.length).toBeGreaterThan(0);
  const missed: string[] = [];
  for (const write of chosen) {
    const hasDied = await world.giveUp((moment) => moment === write);
    if (!hasDied) missed.push(write);
    expect(await world.outcome(), `${write} (CUTS=${CUTS})`).toEqual(atFirst);
  }
  // Two objects at once do not always take turns in the same way.
  expect(missed.length, missed.join()).toBeLessThanOrEqual(MOST_BY_CHANCE * chosen.length);
});
