import {
  DeleteReplicationGroupCommand,
  DescribeCacheParametersCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const CREATION_MS = 360_000;
const statusOf = (redis: RedisObject) => world.find(redis)?.status ?? {};

async function groupInAws() {
  const answer = await world.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
  return answer.ReplicationGroups?.[0];
}

describe('a RedisInstance', () => {
  it('is created with all it uses, shows what AWS shows, and goes without a trace', async () => {
    const redis = aRedisInstance();
    const before = await world.resources();
    world.put(redis);
    await world.untilReady(redis);
    expect(statusOf(redis)).toMatchObject({
      id: 'cm-demo',
      arn: 'arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:cm-demo',
      primaryEndpoint: expect.stringMatching(/:6379$/),
      readEndpoint: expect.stringMatching(/:6379$/),
      nodeType: 'cache.m7g.large',
      engineVersion: '7.0.7',
      replicaCount: 0,
      authSecret: { name: 'cm-demo' },
      state: 'Ready',
      observedGeneration: 1,
    });
    expect(statusOf(redis)).not.toHaveProperty('createIntent');
    expect(world.published()).toEqual({
      endpoint: { host: expect.stringContaining('cm-demo'), port: 6379 },
      authString: '',
    });
    world.remove(redis);
    await world.untilGone(redis);
    expect(world.published()).toBeUndefined();
    expect(await world.resources()).toEqual(before);
  });

  it('has TLS, encryption at rest, one shard and no failover without a replica', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    expect(await groupInAws()).toMatchObject({
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      ClusterEnabled: false,
      AutomaticFailover: 'disabled',
      MultiAZ: 'disabled',
    });
  });

  it('fails over between zones when it has a replica', async () => {
    const redis = aRedisInstance({ readReplicas: 1 });
    world.put(redis);
    await world.untilReady(redis);
    expect(await groupInAws()).toMatchObject({ AutomaticFailover: 'enabled', MultiAZ: 'enabled' });
    expect(statusOf(redis)).toMatchObject({ replicaCount: 1 });
  });
});

it('tells people when it begins and when it is done', async () => {
  const redis = aRedisInstance();
  world.put(redis);
  await world.untilReady(redis);
  expect(world.announcements.map(({ reason }) => reason)).toEqual(['Creating', 'Ready']);
});

describe('a RedisCluster of three shards with a replica each and authentication', () => {
  const redis = aRedisCluster({ authEnabled: true, parameters: { 'active-defrag-cycle-max': '70' } });

  it('is ready after at most 36 calls, within 10 seconds of AWS', async () => {
    world.put(redis);
    const tookMs = await world.untilReady(redis);
    expect(tookMs).toBeLessThanOrEqual(CREATION_MS + 10_000);
    expect(world.takeCalls().length).toBeLessThanOrEqual(36);
    expect(statusOf(redis)).toMatchObject({ shardCount: 3, replicasPerShard: 1 });
    expect(statusOf(redis)).toMatchObject({ discoveryEndpoint: expect.stringContaining('clustercfg') });
  });

  it('hands its token to clients, and to nobody else', async () => {
    world.put(redis);
    await world.untilReady(redis);
    const { authString = '' } = world.published() ?? {};
    expect(authString).toMatch(/^[0-9a-f]{64}$/);
    expect(await groupInAws()).toMatchObject({ AuthTokenEnabled: true });
    const told = JSON.stringify([world.find(redis), world.announcements, world.cluster.writes]);
    expect(told).not.toContain(authString);
  });

  it('has the parameters that were asked for, and cluster-enabled', async () => {
    world.put(redis);
    await world.untilReady(redis);
    const command = new DescribeCacheParametersCommand({ CacheParameterGroupName: 'cm-demo', Source: 'user' });
    const { Parameters: parameters } = await world.aws.elastiCache().send(command);
    const values = parameters?.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]);
    expect(Object.fromEntries(values ?? [])).toEqual({ 'active-defrag-cycle-max': '70', 'cluster-enabled': 'yes' });
  });

  it('is gone after at most 15 calls', async () => {
    world.put(redis);
    await world.untilReady(redis);
    world.takeCalls();
    world.remove(redis);
    await world.untilGone(redis);
    expect(world.takeCalls().length).toBeLessThanOrEqual(15);
  });

  it('costs two calls a look, and at most twelve a full check', async () => {
    world.put(redis);
    await world.untilReady(redis);
    world.advance(600_000);
    world.takeCalls();
    await world.check(redis);
    expect(world.takeCalls().length).toBeLessThanOrEqual(12);
    world.advance(600_000);
    await world.check(redis);
    expect(world.takeCalls()).toEqual(['DescribeReplicationGroups', 'DescribeSecurityGroups']);
  });
});

describe('deletion', () => {
  it('waits for a creation that is under way', async () => {
    const redis = aRedisCluster();
    world.put(redis);
    await world.check(redis);
    world.remove(redis);
    await world.untilGone(redis);
    expect(await groupInAws()).toBeUndefined();
  });

  it('waits for a change that is under way, and shows that it is deleting', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
    await world.check(redis);
    world.remove(redis);
    await world.check(redis);
    expect(statusOf(redis)).toMatchObject({ state: 'Deleting', observedGeneration: 2 });
    expect(await groupInAws()).toMatchObject({ Status: 'modifying' });
    await world.untilGone(redis);
    expect(await groupInAws()).toBeUndefined();
  });

  it('works when nothing was ever made', async () => {
    const redis = aRedisCluster();
    const before = await world.resources();
    world.aws.faults.add({
      service: 'elasticache',
      operation: 'CreateCacheSubnetGroup',
      error: 'CacheSubnetQuotaExceeded',
    });
    world.put(redis);
    await world.check(redis);
    expect(statusOf(redis)).toMatchObject({ state: 'Error' });
    world.remove(redis);
    await world.untilGone(redis);
    expect(await world.resources()).toEqual(before);
  });

  it('names what it waits for', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    const fault = { service: 'ec2', operation: 'DeleteSecurityGroup', error: 'DependencyViolation', count: 2 };
    world.aws.faults.add(fault);
    world.remove(redis);
    const messages: string[] = [];
    await world.until(redis, (now) => {
      messages.push(now?.status?.conditions?.[0]?.message ?? 'gone');
      return now === undefined;
    });
    expect(messages).toContain('Waiting: the security group is still in use.');
  });

  it('works when the replication group is gone already', async () => {
    const redis = aRedisCluster({ authEnabled: true });
    const before = await world.resources();
    world.put(redis);
    await world.untilReady(redis);
    await world.aws.elastiCache().send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'cm-demo' }));
    world.advance(300_000);
    world.remove(redis);
    await world.untilGone(redis);
    expect(await world.resources()).toEqual(before);
  });

  it('takes the Secret away at once, and keeps the finalizer until the last part is gone', async () => {
    const redis = aRedisInstance({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    world.remove(redis);
    await world.check(redis);
    expect(world.find(redis)?.status).toMatchObject({ state: 'Deleting' });
    expect(world.find(redis)?.metadata.finalizers).toHaveLength(1);
    await world.untilGone(redis);
    expect(world.find(redis)).toBeUndefined();
  });
});

it('makes a deleted replication group again, and says that its data is lost', async () => {
  const redis = aRedisCluster({ authEnabled: true });
  world.put(redis);
  await world.untilReady(redis);
  await world.aws.elastiCache().send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'cm-demo' }));
  await world.until(redis, (now) => now?.status?.state === 'Processing');
  const warnings = () => world.announcements.filter(({ type }) => type === 'Warning');
  await world.until(redis, () => warnings().length > 0);
  expect(warnings()).toEqual([{ type: 'Warning', reason: 'DataLost', message: expect.stringContaining('lost') }]);
  expect(world.find(redis)?.status).not.toHaveProperty('discoveryEndpoint');
  await world.untilReady(redis);
  expect(await groupInAws()).toMatchObject({ Status: 'available' });
});
