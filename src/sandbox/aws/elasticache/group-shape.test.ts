import {
  CreateReplicationGroupCommand,
  DecreaseReplicaCountCommand,
  DescribeCacheClustersCommand,
  DescribeEventsCommand,
  DescribeReplicationGroupsCommand,
  IncreaseReplicaCountCommand,
  ModifyReplicationGroupShardConfigurationCommand,
  TestFailoverCommand,
  type CreateReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aGroupRequest,
  aSubnetGroup,
  clientOf,
  MINUTE_MS,
  type CacheClient,
} from '../../../../test/support/cache-groups.ts';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import type { AwsSimulatorOptions } from '../server.ts';

const ReplicationGroupId = 'demo';
const ApplyImmediately = true;
const COMBINATION = { name: 'InvalidParameterCombinationException' };

let aws: TestAws;
let cache: CacheClient;

async function start(options: Partial<AwsSimulatorOptions> = {}): Promise<void> {
  aws = await startTestAws(options);
  cache = clientOf(aws);
  await aSubnetGroup(aws);
}

beforeEach(async () => start());
afterEach(async () => aws.stop());

const CLUSTERED = {
  CacheParameterGroupName: 'default.redis7.cluster.on',
  AutomaticFailoverEnabled: true,
  NumNodeGroups: 2,
  ReplicasPerNodeGroup: 1,
} as const;

async function anAvailableGroup(overrides: Partial<CreateReplicationGroupCommandInput>): Promise<void> {
  await cache.send(new CreateReplicationGroupCommand(aGroupRequest(overrides)));
  aws.clock.advance(6 * MINUTE_MS);
}

const increase = (NewReplicaCount: number) =>
  cache.send(new IncreaseReplicaCountCommand({ ReplicationGroupId, NewReplicaCount, ApplyImmediately }));
const decrease = (NewReplicaCount: number) =>
  cache.send(new DecreaseReplicaCountCommand({ ReplicationGroupId, NewReplicaCount, ApplyImmediately }));
const reshard = (NodeGroupCount: number, NodeGroupsToRemove?: string[]) =>
  cache.send(
    new ModifyReplicationGroupShardConfigurationCommand({
      ReplicationGroupId,
      NodeGroupCount,
      ApplyImmediately,
      ...(NodeGroupsToRemove && { NodeGroupsToRemove }),
    }),
  );

async function members(): Promise<Record<string, string | undefined>> {
  const { CacheClusters = [] } = await cache.send(new DescribeCacheClustersCommand({}));
  return Object.fromEntries(CacheClusters.map((one) => [one.CacheClusterId, one.CacheClusterStatus]));
}

describe('replicas', () => {
  it('are added, and are still creating for a moment after the group is available', async () => {
    await anAvailableGroup({});
    await increase(2);
    expect(await cache.group()).toMatchObject({
      Status: 'modifying',
      MemberClusters: ['demo-001', 'demo-002', 'demo-003'],
      NodeGroups: [{ NodeGroupMembers: [{ CacheClusterId: 'demo-001' }] }],
    });
    aws.clock.advance(4 * MINUTE_MS);
    expect((await cache.group())?.Status).toBe('available');
    expect(await members()).toEqual({ 'demo-001': 'available', 'demo-002': 'creating', 'demo-003': 'creating' });
    await expect(increase(3)).rejects.toMatchObject({ name: 'InvalidReplicationGroupStateFault' });
    aws.clock.advance(MINUTE_MS);
    expect(await members()).toEqual({ 'demo-001': 'available', 'demo-002': 'available', 'demo-003': 'available' });
    expect((await cache.group())?.NodeGroups?.[0]?.NodeGroupMembers).toHaveLength(3);
  });

  it('are taken away, are deleting for a moment, and leave no network interface behind', async () => {
    await anAvailableGroup(CLUSTERED);
    await decrease(0);
    aws.clock.advance(4 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({
      Status: 'available',
      MemberClusters: ['demo-0001-001', 'demo-0002-001'],
    });
    expect(await members()).toMatchObject({ 'demo-0001-002': 'deleting' });
    aws.clock.advance(MINUTE_MS);
    expect(Object.keys(await members())).toEqual(['demo-0001-001', 'demo-0002-001']);
    const Filters = [{ Name: 'description', Values: ['ElastiCache *'] }];
    const { NetworkInterfaces } = await aws.ec2().send(new DescribeNetworkInterfacesCommand({ Filters }));
    expect(NetworkInterfaces).toHaveLength(2);
  });

  it('are changed shard by shard when the request says so', async () => {
    await anAvailableGroup(CLUSTERED);
    const ReplicaConfiguration = [{ NodeGroupId: '0002', NewReplicaCount: 2 }];
    await cache.send(new IncreaseReplicaCountCommand({ ReplicationGroupId, ReplicaConfiguration, ApplyImmediately }));
    aws.clock.advance(5 * MINUTE_MS);
    expect((await cache.group())?.NodeGroups?.map(({ NodeGroupMembers }) => NodeGroupMembers?.length)).toEqual([2, 3]);
    await increase(2);
    aws.clock.advance(5 * MINUTE_MS);
    expect((await cache.group())?.NodeGroups?.map(({ NodeGroupMembers }) => NodeGroupMembers?.length)).toEqual([3, 3]);
  });

  it('are refused in the wrong direction, in vain, and below what failover needs', async () => {
    await anAvailableGroup({ ReplicasPerNodeGroup: 1, AutomaticFailoverEnabled: true });
    await expect(increase(0)).rejects.toMatchObject(COMBINATION);
    await expect(increase(1)).rejects.toMatchObject({ name: 'NoOperationFault' });
    await expect(decrease(0)).rejects.toMatchObject(COMBINATION);
    await expect(increase(6)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});

describe('shards', () => {
  it('are added with as many members as the others, and slots are spread anew', async () => {
    await anAvailableGroup(CLUSTERED);
    await reshard(3);
    expect(await cache.group()).toMatchObject({ PendingModifiedValues: { Resharding: {} } });
    expect((await cache.group())?.NodeGroups).toHaveLength(2);
    aws.clock.advance(6 * MINUTE_MS);
    const group = await cache.group();
    expect(group?.NodeGroups?.map(({ NodeGroupId, Slots }) => [NodeGroupId, Slots])).toEqual([
      ['0001', '0-5461'],
      ['0002', '5462-10922'],
      ['0003', '10923-16383'],
    ]);
    expect(group?.MemberClusters).toContain('demo-0003-002');
  });

  it('are taken away by name', async () => {
    await anAvailableGroup(CLUSTERED);
    await reshard(1, ['0001']);
    aws.clock.advance(6 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({
      MemberClusters: ['demo-0002-001', 'demo-0002-002'],
      NodeGroups: [{ NodeGroupId: '0002', Slots: '0-16383' }],
    });
  });

  it('are refused without a name, with an unknown one, and with cluster mode off', async () => {
    await anAvailableGroup(CLUSTERED);
    await expect(reshard(1)).rejects.toMatchObject(COMBINATION);
    await expect(reshard(1, ['0009'])).rejects.toMatchObject({ name: 'NodeGroupNotFoundFault' });
    await expect(reshard(2)).rejects.toMatchObject({ message: 'No modifications were requested' });
    await anAvailableGroup({ ReplicationGroupId: 'other' });
    await expect(
      cache.send(
        new ModifyReplicationGroupShardConfigurationCommand({
          ReplicationGroupId: 'other',
          NodeGroupCount: 2,
          ApplyImmediately,
        }),
      ),
    ).rejects.toMatchObject(COMBINATION);
  });
});

describe('a failover', () => {
  it('makes a replica the primary', async () => {
    await anAvailableGroup({ ReplicasPerNodeGroup: 1, AutomaticFailoverEnabled: true });
    await cache.send(new TestFailoverCommand({ ReplicationGroupId, NodeGroupId: '0001' }));
    aws.clock.advance(2 * MINUTE_MS);
    expect((await cache.group())?.NodeGroups?.[0]?.NodeGroupMembers).toMatchObject([
      { CacheClusterId: 'demo-002', CurrentRole: 'primary' },
      { CacheClusterId: 'demo-001', CurrentRole: 'replica' },
    ]);
  });
});

describe('limits of the world', () => {
  it('end in the fault of each quota', async () => {
    await aws.stop();
    await start({
      world: {
        quotas: { 'elasticache.nodesPerRegion': 5, 'elasticache.nodesPerCluster': 4, 'elasticache.capacity': 3 },
      },
    });
    const create = (NumNodeGroups: number) =>
      cache.send(new CreateReplicationGroupCommand(aGroupRequest({ ...CLUSTERED, NumNodeGroups })));
    await expect(create(3)).rejects.toMatchObject({ name: 'NodeQuotaForClusterExceededFault' });
    await expect(create(2)).rejects.toMatchObject({ name: 'InsufficientCacheClusterCapacityFault' });
    await create(1);
  });

  it('let as many creations fail as the world says, with the reason among the events', async () => {
    await aws.stop();
    await start({ world: { quotas: { 'elasticache.failingCreations': 1 } } });
    await anAvailableGroup({});
    const failed = await cache.group();
    expect(failed).toMatchObject({ Status: 'create-failed' });
    expect(failed?.NodeGroups).toBeUndefined();
    const { Events } = await cache.send(
      new DescribeEventsCommand({ SourceType: 'replication-group', SourceIdentifier: 'demo' }),
    );
    expect(Events).toMatchObject([{ Message: expect.stringContaining('insufficient capacity') as string }]);
    await anAvailableGroup({ ReplicationGroupId: 'second' });
    const { ReplicationGroups } = await cache.send(
      new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'second' }),
    );
    expect(ReplicationGroups).toMatchObject([{ Status: 'available' }]);
  });
});
