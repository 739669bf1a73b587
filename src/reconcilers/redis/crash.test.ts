import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { afterEach, describe, expect, it } from 'vitest';
import type { Death } from '../../../test/support/mortality.ts';
import { aRedisCluster } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';

/**
 * A process dies before or after a call to AWS or a write to Kubernetes. The next process has to end in the asked state
 * all the same, with nothing left and nothing made twice.
 */

let world: RedisWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const redis = aRedisCluster({ authEnabled: true, shardCount: 2 });

type Story = (current: RedisWorld) => Promise<void>;

const creation: Story = async (current) => {
  current.put(redis);
  await current.untilReady(redis);
  expect(current.validTokens()).toEqual([current.published()?.authString]);
};

const change: Story = async (current) => {
  current.change(redis, { authEnabled: false, cacheNodeType: 'cache.m7g.xlarge', parameters: { timeout: '20' } });
  await current.untilReady(redis);
  const elastiCache = current.aws.elastiCache();
  const { ReplicationGroups: groups } = await elastiCache.send(new DescribeReplicationGroupsCommand({}));
  expect(groups).toMatchObject([{ CacheNodeType: 'cache.m7g.xlarge', AuthTokenEnabled: false, Status: 'available' }]);
  expect(current.published()?.authString).toBe('');
};

const deletion: Story = async (current) => {
  current.remove(redis);
  await current.untilGone(redis);
};

/** Plays the stories and kills the process in the one at `mortal`; gives the operations and the writes of that one. */
async function play(stories: readonly Story[], mortal: number, death?: Death) {
  world = await startRedisWorld();
  const before = await world.resources();
  let operations: readonly string[] = [];
  let writes = 0;
  for (const [index, tell] of stories.entries()) {
    const first = { calls: world.aws.journal.calls().length, writes: world.mortality.writes };
    if (death !== undefined && index === mortal) world.mortality.dieAt(death);
    await tell(world);
    if (index !== mortal) continue;
    operations = world.aws.journal
      .calls()
      .slice(first.calls)
      .map(({ operation }) => operation);
    writes = world.mortality.writes - first.writes;
  }
  world.advance(600_000);
  const isClean = JSON.stringify(await world.resources()) === JSON.stringify(before);
  const { isDead } = world.mortality;
  await world.stop();
  world = undefined;
  return { operations, writes, end: { isClean, isDead } };
}

const CLEAN_DEATH = { isClean: true, isDead: true };

const isWrite = (operation: string): boolean => !/^(Describe|Get|BatchGet|List|AssumeRole)/.test(operation);

describe.each([
  { name: 'creation', stories: [creation, deletion], mortal: 0 },
  { name: 'change', stories: [creation, change, deletion], mortal: 1 },
  { name: 'deletion', stories: [creation, deletion], mortal: 1 },
])('a process that dies during a $name', ({ stories, mortal }) => {
  it.each(['before', 'after'] as const)(
    '%s a write to AWS leaves the rest to the next one',
    async (when) => {
      const { operations } = await play(stories, mortal);
      for (const [at, operation] of operations.entries()) {
        if (!isWrite(operation)) continue;
        const { end } = await play(stories, mortal, { at, of: 'aws', when });
        expect(end, `${when} ${operation}`).toEqual(CLEAN_DEATH);
      }
    },
    60_000,
  );

  it('after a write to Kubernetes leaves the rest to the next one', async () => {
    const { writes } = await play(stories, mortal);
    const step = Math.max(1, Math.floor(writes / 12));
    for (let at = 0; at < writes; at += step) {
      const { end } = await play(stories, mortal, { at, of: 'kubernetes', when: 'after' });
      expect(end, `write ${at}`).toEqual(CLEAN_DEATH);
    }
  }, 60_000);
});
