import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

describe('a RedisInstance', () => {
  it('is created, becomes ready, and goes without a trace', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    console.log(JSON.stringify(world.find(redis)?.status, null, 1), world.takeCalls());
    world.remove(redis);
    await world.untilGone(redis);
    console.log(world.takeCalls());
    expect(world.find(redis)).toBeUndefined();
  });
});
