import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutOffEverywhere } from '../support/cut-off.ts';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';

let world: DemoWorld;

beforeAll(async () => {
  world = await DemoWorld.start((options) => Environment.start(options));
});

afterAll(() => world.system.stop());

it('creates and deletes everything once and leaves nothing, at whatever call or write the operator dies', async () => {
  const atFirst = await world.outcome();
  const moments = await cutOffEverywhere(world, { told: ['creation', 'deletion'], deadly: ['creation', 'deletion'] });
  expect(await world.outcome()).toEqual(atFirst);
  expect(moments.length).toBeGreaterThan(180);
  expect(moments).toEqual(
    expect.arrayContaining([
      'a RedisInstance and a RedisCluster: CreateReplicationGroup cm-demo-cluster #0 after',
      'a RedisInstance and a RedisCluster: patch redisclusters status demo-cluster #0 before',
      'everything deleted at once: patch scopes demo #0 after',
    ]),
  );
}, 600_000);
