import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppWorld } from '../support/app-story.ts';
import { cutOffEverywhere } from '../support/cut-off.ts';

/*
 * From a cluster that nobody has served to a Redis and a peering in it: the operator dies at every call to AWS and every write
 * to either API server. What is changed and taken away then has its deaths in `cut-off-app-change.test.ts`.
 */

let world: AppWorld;

beforeAll(async () => {
  world = await AppWorld.start();
});

afterAll(() => world.stop());

it('gives a developer what they ask for once, on both sides, at whatever call or write the operator dies', async () => {
  const { aws } = await world.outcome();
  const moments = await cutOffEverywhere(world, { told: ['creation', 'deletion'], deadly: ['creation'] });
  expect(await world.outcome()).toEqual({ aws, sides: world.nothing });
  expect(moments.length).toBeGreaterThan(200);
  expect(moments).toEqual(
    expect.arrayContaining([
      'a cluster is taken on: in demo patch customresourcedefinitions cloudresources.cloud-resources.kyma-project.io #0 after',
      'the module: in demo patch clusterroles cloud-resources-edit #0 before',
      'a Redis and a peering: in demo create ipranges #0 after',
      'a Redis and a peering: in demo patch awsredisclusters status cache #0 after',
      'a Redis and a peering: create redisclusters #0 before',
      'a Redis and a peering: create redisclusters #0 after',
      'a Redis and a peering: create networks #0 after',
      'a Redis and a peering: CreateReplicationGroup cm-<id> #0 after',
      'a Redis and a peering: AcceptVpcPeeringConnection #0 after',
      'a Redis and a peering: in demo create secrets #0 after',
    ]),
  );
}, 600_000);
