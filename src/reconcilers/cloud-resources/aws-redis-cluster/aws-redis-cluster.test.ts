import { describe, expect, it } from 'vitest';
import {
  type AwsRedisWorld,
  createAwsRedisWorld,
  REDIS_CASES,
  TOKEN,
} from '../../../../test/support/aws-redis-world.ts';
import type { AwsRedisCluster } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';

const redisCase = new Map(REDIS_CASES).get('AwsRedisCluster');

async function aCluster(spec: Partial<AwsRedisCluster['spec']>): Promise<AwsRedisWorld> {
  if (redisCase === undefined) throw new Error('There is no such case');
  const world = createAwsRedisWorld(redisCase, { spec });
  await world.pass();
  return world;
}

describe('an AwsRedisCluster', () => {
  it('is a RedisCluster of as many shards and replicas', async () => {
    const world = await aCluster({ redisTier: 'C3', shardCount: 3, replicasPerShard: 2 });
    expect(world.counterpart().spec.instance.aws).toMatchObject({
      cacheNodeType: 'cache.m7g.large',
      shardCount: 3,
      replicasPerShard: 2,
    });
  });

  it('becomes larger and smaller as it is asked', async () => {
    const world = await aCluster({ shardCount: 3, replicasPerShard: 2 });
    // Of this kind.
    world.edit({ shardCount: 2, replicasPerShard: 0, redisTier: 'C2' } as Partial<AwsRedisCluster['spec']>);
    await world.pass();
    expect(world.counterpart().spec.instance.aws).toMatchObject({
      cacheNodeType: 'cache.t4g.medium',
      shardCount: 2,
      replicasPerShard: 0,
    });
  });

  it('says where its shards are found', async () => {
    const world = await aCluster({});
    world.provide();
    await world.pass();
    expect(world.said()).toEqual({
      host: 'h.example.com',
      port: '6379',
      discoveryEndpoint: 'h.example.com:6379',
      authString: TOKEN,
      url: `rediss://default:${TOKEN}@h.example.com:6379`,
    });
  });

  it('shows the shards and replicas that AWS has', async () => {
    const world = await aCluster({ shardCount: 3 });
    world.provide();
    const observed = { discoveryEndpoint: 'h.example.com:6379', shardCount: 2, replicasPerShard: 1 };
    world.tell({}, { ...observed, authSecret: { name: 'cm-it' } });
    await world.pass();
    expect(world.object().status).toMatchObject(observed);
  });
});
