import { describe, expect, it } from 'vitest';
import {
  type AwsRedisWorld,
  createAwsRedisWorld,
  REDIS_CASES,
  TOKEN,
} from '../../../../test/support/aws-redis-world.ts';
import type { RedisInstance } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { DEFAULT_TIERS, type RedisTier } from '../aws-redis/tiers.ts';

const redisCase = new Map(REDIS_CASES).get('AwsRedisInstance');

async function anInstance(redisTier: RedisTier): Promise<AwsRedisWorld> {
  if (redisCase === undefined) throw new Error('There is no such case');
  const world = createAwsRedisWorld(redisCase, { spec: { redisTier } });
  await world.pass();
  return world;
}

const awsOf = (world: AwsRedisWorld) => (world.counterpart() as RedisInstance).spec.instance.aws;

describe('an AwsRedisInstance', () => {
  it.each([
    ['S1', 'cache.t4g.small', 0],
    ['S8', 'cache.m7g.16xlarge', 0],
    ['P1', 'cache.m7g.large', 1],
  ] as const)('of tier %s is a RedisInstance on %s with %i replicas', async (tier, cacheNodeType, readReplicas) => {
    expect(awsOf(await anInstance(tier))).toMatchObject({ cacheNodeType, readReplicas });
  });

  it('keeps its replicas when its tier means another number by now: AWS cannot change it', async () => {
    const world = await anInstance('S1');
    world.tiers = { ...DEFAULT_TIERS, S1: { nodeType: 'cache.t4g.micro', readReplicas: 1 } };
    await world.pass();
    expect(awsOf(world)).toMatchObject({ cacheNodeType: 'cache.t4g.micro', readReplicas: 0 });
  });

  it('says where to write and where to read, whole and in parts', async () => {
    const world = await anInstance('P1');
    world.provide();
    await world.pass();
    expect(world.said()).toEqual({
      host: 'h.example.com',
      port: '6379',
      primaryEndpoint: 'h.example.com:6379',
      readEndpoint: 'r.example.com:6379',
      readHost: 'r.example.com',
      readPort: '6379',
      authString: TOKEN,
      url: `rediss://default:${TOKEN}@h.example.com:6379`,
    });
  });

  it('says nothing of where to read while AWS shows no such place', async () => {
    const world = await anInstance('S1');
    world.provide();
    world.tell({}, { primaryEndpoint: 'h.example.com:6379', readEndpoint: null, authSecret: { name: 'cm-it' } });
    await world.pass();
    expect(Object.keys(world.said() ?? {}).toSorted()).toEqual([
      'authString',
      'host',
      'port',
      'primaryEndpoint',
      'url',
    ]);
  });

  it('shows the replicas that AWS has', async () => {
    const world = await anInstance('P1');
    world.provide();
    world.tell({}, { primaryEndpoint: 'h.example.com:6379', replicaCount: 1, authSecret: { name: 'cm-it' } });
    await world.pass();
    expect(world.object().status).toMatchObject({ primaryEndpoint: 'h.example.com:6379', replicaCount: 1 });
  });
});
