import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutOffEverywhere } from '../support/cut-off.ts';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';

let world: DemoWorld;

beforeAll(async () => {
  world = await DemoWorld.start((options) => Environment.start(options));
});

afterAll(() => world.system.stop());

it('ends with every change as asked, at whatever call or write the operator dies', async () => {
  const atFirst = await world.outcome();
  const moments = await cutOffEverywhere(world, { told: ['creation', 'change', 'deletion'], deadly: ['change'] });
  expect(await world.outcome()).toEqual(atFirst);
  expect(moments.length).toBeGreaterThan(140);
  expect(moments).toEqual(
    expect.arrayContaining([
      'more shards and replicas, larger nodes, other parameters: IncreaseReplicaCount cm-demo-cluster #0 after',
      'no token any more: DeleteUserGroup cm-demo-instance #0 before',
      'a token again, and an engine of a newer family: patch secrets cm-demo-instance #0 after',
      'a token again, and an engine of a newer family: CreateCacheParameterGroup cm-demo-instance-temp #0 after',
      'a token again, and an engine of a newer family: CreateCacheParameterGroup cm-demo-instance #0 before',
      'a token again, and an engine of a newer family: DeleteCacheParameterGroup cm-demo-instance-temp #0 after',
    ]),
  );
}, 600_000);
