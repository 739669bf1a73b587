import {
  CreateSnapshotCommand,
  DescribeCacheClustersCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheParametersCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aCondition } from '../../../test/support/cloud-control.ts';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

async function group() {
  const answer = await world.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
  return answer.ReplicationGroups?.[0];
}

async function members() {
  const answer = await world.aws.elastiCache().send(new DescribeCacheClustersCommand({}));
  return answer.CacheClusters ?? [];
}

async function userParameters(name = 'cm-demo') {
  const command = new DescribeCacheParametersCommand({ CacheParameterGroupName: name, Source: 'user' });
  const { Parameters: parameters = [] } = await world.aws.elastiCache().send(command);
  return Object.fromEntries(parameters.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]));
}

async function parameterGroups() {
  const answer = await world.aws.elastiCache().send(new DescribeCacheParameterGroupsCommand({}));
  const own = answer.CacheParameterGroups?.filter(({ CacheParameterGroupName: name }) => name?.startsWith('cm-')) ?? [];
  return own.map(({ CacheParameterGroupName: name, CacheParameterGroupFamily: family }) => `${name} ${family}`);
}

/** Creates, changes, and waits until the change is carried out; answers with the operations that the change took. */
async function changed(redis: RedisObject, fields: object): Promise<readonly string[]> {
  world.put(redis);
  await world.untilReady(redis);
  world.takeCalls();
  world.change(redis, fields);
  await world.untilReady(redis);
  return world.takeCalls();
}

const writesIn = (calls: readonly string[]) => calls.filter((call) => !/^(Describe|Get|BatchGet|List)/.test(call));

describe('a change of', () => {
  it('the node type is carried out, and shown while it lasts', async () => {
    const redis = aRedisCluster();
    world.put(redis);
    await world.untilReady(redis);
    world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
    await world.check(redis);
    const { state, conditions } = world.find(redis)?.status ?? {};
    expect(state).toBe('Processing');
    expect(conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
    expect(conditions?.find(({ type }) => type === 'Updating')).toMatchObject({
      status: 'True',
      message: 'ElastiCache changes cacheNodeType from cache.m7g.large to cache.m7g.xlarge.',
      observedGeneration: 2,
    });
    await world.untilReady(redis);
    expect(await group()).toMatchObject({ CacheNodeType: 'cache.m7g.xlarge' });
    expect(world.find(redis)?.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('the maintenance window is one modification, whatever its letter case', async () => {
    const calls = await changed(aRedisCluster(), { preferredMaintenanceWindow: 'Sun:23:00-Mon:01:30' });
    expect(writesIn(calls)).toEqual(['ModifyReplicationGroup']);
    expect((await members())[0]).toMatchObject({ PreferredMaintenanceWindow: 'sun:23:00-mon:01:30' });
  });

  it('automatic minor upgrades is one modification', async () => {
    const calls = await changed(aRedisCluster(), { autoMinorVersionUpgrade: true });
    expect(writesIn(calls)).toEqual(['ModifyReplicationGroup']);
    expect(await group()).toMatchObject({ AutoMinorVersionUpgrade: true });
  });

  it('parameters modifies those that differ and puts back those that nobody asks for any more', async () => {
    const redis = aRedisInstance({ parameters: { 'active-defrag-cycle-max': '70', timeout: '20' } });
    const calls = await changed(redis, { parameters: { timeout: '30' } });
    expect(writesIn(calls)).toEqual(['ModifyCacheParameterGroup', 'ResetCacheParameterGroup']);
    expect(await userParameters()).toEqual({ timeout: '30' });
  });

  it('shards and replicas together carries both out', async () => {
    const redis = aRedisCluster();
    await changed(redis, { shardCount: 4, replicasPerShard: 2 });
    expect((await members()).length).toBe(12);
    expect(world.find(redis)?.status).toMatchObject({ shardCount: 4, replicasPerShard: 2 });
  });

  it('shards and replicas down to a single node carries both out, failover over zones included', async () => {
    const redis = aRedisCluster();
    await changed(redis, { shardCount: 1, replicasPerShard: 0 });
    expect((await members()).length).toBe(1);
    expect(await group()).toMatchObject({ MultiAZ: 'disabled', AutomaticFailover: 'enabled' });
  });

  it('many things at once carries all out, one after the other', async () => {
    const redis = aRedisCluster();
    const fields = {
      cacheNodeType: 'cache.m7g.xlarge',
      preferredMaintenanceWindow: 'tue:01:00-tue:02:00',
      autoMinorVersionUpgrade: true,
      shardCount: 2,
      replicasPerShard: 0,
      authEnabled: true,
      parameters: { timeout: '20' },
      engineVersion: '7.1',
    };
    await changed(redis, fields);
    expect(await group()).toMatchObject({ CacheNodeType: 'cache.m7g.xlarge', AuthTokenEnabled: true });
    expect((await members()).map(({ EngineVersion: version }) => version)).toEqual(['7.1.0', '7.1.0']);
  });

  it('the subnets of the IpRange reaches the subnet group', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    const extra = await world.addSubnet('10.250.3.128/27');
    const { vpcId } = world;
    const subnets = [...world.subnetIds, extra].map((id) => ({ id, zone: 'eu-central-1a', range: '' }));
    const status = { state: 'Ready', conditions: [aCondition()], observedGeneration: 1, vpcId, subnets } as const;
    world.cluster.put(anIpRange({ metadata: { name: 'wider' }, status }));
    world.point(redis, 'wider');
    await world.untilReady(redis);
    const { CacheSubnetGroups: found } = await world.aws.elastiCache().send(new DescribeCacheSubnetGroupsCommand({}));
    expect(found?.[0]?.Subnets?.map((subnet) => subnet.SubnetIdentifier)).toContain(extra);
  });
});

it('gives the subnet group the subnets that the IpRange has by now at the next look', async () => {
  const redis = aRedisInstance();
  world.put(redis);
  await world.untilReady(redis);
  for (let look = 0; look < 4; look++) {
    world.advance(600_000);
    await world.check(redis);
  }
  const extra = await world.addSubnet('10.250.3.128/27');
  const { vpcId } = world;
  const subnets = [...world.subnetIds, extra].map((id) => ({ id, zone: 'eu-central-1a', range: '' }));
  const status = { state: 'Ready', conditions: [aCondition()], observedGeneration: 1, vpcId, subnets } as const;
  world.cluster.put(anIpRange({ status }));
  await world.check(redis);
  const { CacheSubnetGroups: found } = await world.aws.elastiCache().send(new DescribeCacheSubnetGroupsCommand({}));
  expect(found?.[0]?.Subnets?.map((subnet) => subnet.SubnetIdentifier)).toContain(extra);
  expect(world.find(redis)?.status?.state).toBe('Ready');
});

it('keeps subnets that nodes stand in, and no others, beside those of another IpRange, and comes to rest', async () => {
  const redis = aRedisInstance();
  world.put(redis);
  await world.untilReady(redis);
  const other = await world.addSubnet('10.250.3.160/27');
  const subnets = [{ id: other, zone: 'eu-central-1a', range: '' }];
  const { vpcId } = world;
  const status = { state: 'Ready', conditions: [aCondition()], observedGeneration: 1, vpcId, subnets } as const;
  world.cluster.put(anIpRange({ metadata: { name: 'other' }, status }));
  world.point(redis, 'other');
  await world.untilReady(redis);
  const { CacheSubnetGroups: found } = await world.aws.elastiCache().send(new DescribeCacheSubnetGroupsCommand({}));
  const names = found?.[0]?.Subnets?.map((subnet) => subnet.SubnetIdentifier) ?? [];
  const [stayed, ...more] = names.filter((id) => id !== other);
  expect(names).toContain(other);
  expect(world.subnetIds).toContain(stayed);
  expect(more).toEqual([]);
  const message = expect.stringContaining(`Nodes that exist stay in the subnets of before (${stayed})`);
  expect(world.announcements).toContainEqual({ type: 'Warning', reason: 'NodesNotMoved', message });
  for (let look = 0; look < 4; look++) {
    world.advance(600_000);
    world.takeCalls();
    await world.check(redis);
  }
  expect(world.takeCalls()).toEqual(['DescribeReplicationGroups', 'DescribeSecurityGroups']);
  expect(world.announcements.filter(({ reason }) => reason === 'NodesNotMoved')).toHaveLength(1);
});

it('leaves a Redis ready while AWS takes a snapshot, and carries a change out afterwards', async () => {
  const redis = aRedisCluster();
  world.put(redis);
  await world.untilReady(redis);
  const command = new CreateSnapshotCommand({ ReplicationGroupId: 'cm-demo', SnapshotName: 'nightly' });
  await world.aws.elastiCache().send(command);
  await world.check(redis);
  expect(world.find(redis)?.status).toMatchObject({ state: 'Ready' });
  world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
  await world.check(redis);
  expect(world.find(redis)?.status).toMatchObject({ state: 'Ready', observedGeneration: 1 });
  await world.untilReady(redis);
  expect(await group()).toMatchObject({ CacheNodeType: 'cache.m7g.xlarge' });
});

describe('an upgrade', () => {
  it('within a family keeps the parameter group', async () => {
    const calls = await changed(aRedisCluster(), { engineVersion: '7.1' });
    expect(writesIn(calls)).toEqual(['ModifyReplicationGroup']);
    expect(await parameterGroups()).toEqual(['cm-demo redis7']);
  });

  it('to another family ends with one parameter group of that family, in use, with what was asked', async () => {
    const redis = aRedisCluster({ engineVersion: '6.x', parameters: { timeout: '20' } });
    await changed(redis, { engineVersion: '7.0' });
    expect(await parameterGroups()).toEqual(['cm-demo redis7']);
    expect(await userParameters()).toEqual({ timeout: '20', 'cluster-enabled': 'yes' });
    for (const member of await members()) {
      expect(member.CacheParameterGroup?.CacheParameterGroupName).toBe('cm-demo');
      expect(member.EngineVersion).toMatch(/^7\.0/);
    }
  });

  it('brings a parameter along that only the new family knows', async () => {
    const redis = aRedisInstance({ engineVersion: '6.x' });
    await changed(redis, { engineVersion: '7.0', parameters: { 'cluster-allow-pubsubshard-when-down': 'no' } });
    expect(await userParameters()).toEqual({ 'cluster-allow-pubsubshard-when-down': 'no' });
  });

  it.each([
    { when: 'right after it began', waits: 0 },
    { when: 'while AWS upgrades', waits: 4 },
    { when: 'while the main parameter group is being replaced', waits: 33 },
  ])('can be raised a second time $when', async ({ waits }) => {
    const redis = aRedisInstance({ engineVersion: '6.x' });
    world.put(redis);
    await world.untilReady(redis);
    world.change(redis, { engineVersion: '7.0' });
    let passes = 0;
    await world.until(redis, () => passes++ >= waits);
    world.change(redis, { engineVersion: '7.1' });
    await world.untilReady(redis);
    expect((await members()).map(({ EngineVersion: version }) => version)).toEqual(['7.1.0']);
    expect(await parameterGroups()).toEqual(['cm-demo redis7']);
  });

  it('that AWS did by itself is no difference', async () => {
    const redis = aRedisInstance({ engineVersion: '7.1' });
    world.put(redis);
    await world.untilReady(redis);
    world.takeCalls();
    world.change(redis, { engineVersion: '7.0' });
    await world.untilReady(redis);
    expect(writesIn(world.takeCalls())).toEqual([]);
    expect(world.find(redis)?.status).toMatchObject({ engineVersion: '7.1.0' });
  });
});
