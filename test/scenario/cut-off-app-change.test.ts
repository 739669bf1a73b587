import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppWorld } from '../support/app-story.ts';
import { cutOffEverywhere } from '../support/cut-off.ts';

/*
 * A developer has another size and another token, and takes everything away at once, the module first; then the cluster is
 * let go. The operator dies at every call to AWS and every write to either API server.
 */

let world: AppWorld;

beforeAll(async () => {
  world = await AppWorld.start();
});

afterAll(() => world.stop());

it('ends with every change as asked, and then with nothing on any side, at whatever call or write the operator dies', async () => {
  const { aws } = await world.outcome();
  const all = ['creation', 'change', 'deletion'] as const;
  const moments = await cutOffEverywhere(world, { told: all, deadly: ['change', 'deletion'] });
  expect(await world.outcome()).toEqual({ aws, sides: world.nothing });
  expect(moments.length).toBeGreaterThan(200);
  expect(moments).toEqual(
    expect.arrayContaining([
      'more shards, and another token: ModifyReplicationGroupShardConfiguration cm-<id> #0 after',
      'more shards, and another token: PutSecretValue #0 after',
      'more shards, and another token: patch secrets cm-<id> #0 after',
      'more shards, and another token: in demo patch secrets cache #0 before',
      'everything of the developer deleted at once: delete redisclusters <id> #0 after',
      'everything of the developer deleted at once: in demo delete secrets cache #0 after',
      'everything of the developer deleted at once: delete networks <id> #0 before',
      'everything of the developer deleted at once: DeleteReplicationGroup cm-<id> #0 after',
      'everything of the developer deleted at once: in demo patch awsredisclusters cache #0 after',
      'everything of the developer deleted at once: in demo delete customresourcedefinitions ipranges.cloud-resources.kyma-project.io #0 after',
      'everything of the developer deleted at once: in demo patch cloudresources default #0 before',
      'the cluster is let go: delete networks demo--kyma #0 after',
    ]),
  );
}, 600_000);
