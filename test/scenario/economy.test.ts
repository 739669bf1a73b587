import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisClusterKind, redisInstanceKind } from '../../src/api/index.ts';
import { Environment } from '../support/environment.ts';
import { aRedisClusterManifest, aRedisInstanceManifest, changed } from '../support/manifests.ts';

const MINUTE_MS = 60_000;
const LOOK_MS = 10 * MINUTE_MS;

const durationsSeconds = {
  'elasticache.replicationGroup.creating': 360,
  'elasticache.replicationGroup.deleting': 240,
};

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start({ world: { durationsSeconds } });
  await environment.prepareNetwork();
});

afterEach(() => environment.stop());

/** Calls about caches and their security groups; those of Scopes and IpRanges have budgets of their own. */
const redisCalls = (): readonly string[] =>
  environment.takeCalls().filter((operation) => !/Vpc|Subnets|AvailabilityZones|CallerIdentity/.test(operation));

describe('a RedisCluster of 3 shards with 2 nodes each and a token, alone in its account', () => {
  const cluster = changed(aRedisClusterManifest(), 'spec.instance.aws.authEnabled', true);

  it('costs at most 25 calls until Ready, is seen within 10 s of AWS, and at most 14 to delete', async () => {
    await environment.apply(cluster);
    const readyMs = await environment.untilReady(redisClusterKind, 'demo-cluster');
    const toCreate = environment.takeCalls();
    expect(toCreate.length, toCreate.join(' ')).toBeLessThanOrEqual(25);
    expect(readyMs).toBeGreaterThanOrEqual(360_000);
    expect(readyMs).toBeLessThanOrEqual(370_000);

    await environment.delete(cluster);
    await environment.untilGone(redisClusterKind, 'demo-cluster');
    const toDelete = redisCalls();
    expect(toDelete.length, toDelete.join(' ')).toBeLessThanOrEqual(14);
  });
});

describe('100 RedisInstances created at once in one account and region', () => {
  const instances = Array.from({ length: 100 }, (_, index) => aRedisInstanceManifest(`redis-${index}`));

  it('cost at most 6 calls each, see no throttling; a look at all of them at most 2; at most 6 each to delete', async () => {
    await environment.apply(...instances);
    for (const { metadata } of instances) await environment.untilReady(redisInstanceKind, metadata.name);
    expect(environment.aws.journal.calls().filter(({ code }) => /Throttl|LimitExceeded/.test(code))).toEqual([]);
    expect(environment.takeCalls().length).toBeLessThanOrEqual(6 * instances.length);

    await environment.advance(LOOK_MS);
    environment.takeCalls();
    await environment.advance(LOOK_MS);
    const look = redisCalls();
    expect(look.length, look.join(' ')).toBeLessThanOrEqual(2);
    expect(look.length).toBeGreaterThan(0);

    await environment.delete(...instances);
    for (const { metadata } of instances) await environment.untilGone(redisInstanceKind, metadata.name);
    const deletion = redisCalls();
    expect(deletion.length).toBeLessThanOrEqual(6 * instances.length);
    expect(deletion.filter((operation) => operation.startsWith('Delete'))).toHaveLength(4 * instances.length);
  });
});

describe('a full check', () => {
  it('costs at most 8 calls for one object, and a further one hardly more than that for its parameters', async () => {
    const fullCheck = async (): Promise<readonly string[]> => {
      await environment.advance(MINUTE_MS);
      await environment.restartOperator();
      environment.takeCalls();
      await environment.advance(MINUTE_MS);
      return redisCalls();
    };
    await environment.apply(aRedisInstanceManifest('redis-0'));
    await environment.untilReady(redisInstanceKind, 'redis-0');
    const alone = await fullCheck();
    expect(alone.length, alone.join(' ')).toBeLessThanOrEqual(8);
    expect(alone).toContain('DescribeCacheParameters');

    const others = Array.from({ length: 20 }, (_, index) => aRedisInstanceManifest(`redis-${index + 1}`));
    await environment.apply(...others);
    for (const { metadata } of others) await environment.untilReady(redisInstanceKind, metadata.name);
    const together = await fullCheck();
    const listed = together.filter((operation) => operation !== 'DescribeCacheParameters');
    expect(listed.length - alone.length, together.join(' ')).toBeLessThanOrEqual(4);
  });
});
