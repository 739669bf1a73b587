import {
  CreateCacheParameterGroupCommand,
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ModifyCacheParameterGroupCommand,
  type CreateReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { DeleteSubnetCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import {
  aGroupRequest,
  aSubnetGroup,
  clientOf,
  MINUTE_MS,
  type CacheClient,
} from '../../../../test/support/cache-groups.ts';

let aws: TestAws;
let cache: CacheClient;

beforeEach(async () => {
  aws = await startTestAws();
  cache = clientOf(aws);
  await aSubnetGroup(aws);
});

afterEach(async () => aws.stop());

async function clusterParameters(): Promise<void> {
  const CacheParameterGroupName = 'clustered';
  await cache.send(
    new CreateCacheParameterGroupCommand({
      CacheParameterGroupName,
      CacheParameterGroupFamily: 'redis7',
      Description: 'x',
    }),
  );
  const on = { ParameterName: 'cluster-enabled', ParameterValue: 'yes' };
  await cache.send(new ModifyCacheParameterGroupCommand({ CacheParameterGroupName, ParameterNameValues: [on] }));
}

const create = (input: Partial<CreateReplicationGroupCommandInput> = {}) =>
  cache.send(new CreateReplicationGroupCommand(aGroupRequest(input)));

const createClustered = async (input: Partial<CreateReplicationGroupCommandInput> = {}) => {
  await clusterParameters();
  return create({
    CacheParameterGroupName: 'clustered',
    ClusterMode: 'enabled',
    AutomaticFailoverEnabled: true,
    NumNodeGroups: 2,
    ReplicasPerNodeGroup: 1,
    ...input,
  });
};

describe('a group with cluster mode off', () => {
  it('has no node groups and no endpoint while it is created, and both of its own kind afterwards', async () => {
    await create({ ReplicasPerNodeGroup: 1, AutomaticFailoverEnabled: true });
    const creating = await cache.group();
    expect(creating).toMatchObject({ Status: 'creating', MemberClusters: ['demo-001', 'demo-002'], Engine: 'redis' });
    expect(creating?.NodeGroups).toBeUndefined();

    aws.clock.advance(6 * MINUTE_MS);
    const group = await cache.group();
    expect(group).toMatchObject({ Status: 'available', ClusterEnabled: false, AutomaticFailover: 'enabled' });
    expect(group?.ConfigurationEndpoint).toBeUndefined();
    expect(group?.NodeGroups).toMatchObject([
      {
        NodeGroupId: '0001',
        Status: 'available',
        PrimaryEndpoint: { Port: 6379 },
        ReaderEndpoint: { Port: 6379 },
        NodeGroupMembers: [
          { CacheClusterId: 'demo-001', CurrentRole: 'primary', PreferredAvailabilityZone: 'eu-central-1a' },
          { CacheClusterId: 'demo-002', CurrentRole: 'replica', PreferredAvailabilityZone: 'eu-central-1b' },
        ],
      },
    ]);
  });
});

describe('a group with cluster mode on', () => {
  it('has a configuration endpoint alone, and members by shard', async () => {
    await createClustered();
    aws.clock.advance(6 * MINUTE_MS);
    const group = await cache.group();
    expect(group).toMatchObject({
      ClusterEnabled: true,
      ConfigurationEndpoint: { Port: 6379 },
      MemberClusters: ['demo-0001-001', 'demo-0001-002', 'demo-0002-001', 'demo-0002-002'],
      NodeGroups: [{ Slots: '0-8191' }, { Slots: '8192-16383' }],
    });
    expect(group?.NodeGroups?.map(({ PrimaryEndpoint, ReaderEndpoint }) => [PrimaryEndpoint, ReaderEndpoint])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('is refused without automatic failover', async () => {
    await expect(createClustered({ AutomaticFailoverEnabled: false })).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
    });
  });
});

describe('members', () => {
  it('are described with their nodes and zones once the group is available', async () => {
    await create();
    aws.clock.advance(6 * MINUTE_MS);
    const { CacheClusters } = await cache.send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }));
    expect(CacheClusters).toMatchObject([
      {
        CacheClusterId: 'demo-001',
        CacheClusterStatus: 'available',
        ReplicationGroupId: 'demo',
        EngineVersion: '7.0.7',
        CacheParameterGroup: { CacheParameterGroupName: 'default.redis7', ParameterApplyStatus: 'in-sync' },
        CacheNodes: [{ CacheNodeStatus: 'available', CustomerAvailabilityZone: 'eu-central-1a' }],
      },
    ]);
  });
});

describe('deletion', () => {
  it('takes its time, and the group is not found afterwards', async () => {
    await create();
    await expect(cache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'demo' }))).rejects.toMatchObject({
      name: 'InvalidReplicationGroupStateFault',
    });
    aws.clock.advance(6 * MINUTE_MS);
    await cache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'DEMO' }));
    expect(await cache.group()).toMatchObject({ Status: 'deleting' });
    aws.clock.advance(4 * MINUTE_MS);
    await expect(
      cache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'demo' })),
    ).rejects.toMatchObject({ name: 'ReplicationGroupNotFoundFault' });
  });

  it('frees the subnets, which nodes keep from being deleted', async () => {
    await create();
    const [SubnetId = ''] = await cache.subnetIds();
    const remove = () => aws.ec2().send(new DeleteSubnetCommand({ SubnetId }));
    await expect(remove()).rejects.toMatchObject({ name: 'DependencyViolation' });
    aws.clock.advance(6 * MINUTE_MS);
    await cache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'demo' }));
    aws.clock.advance(4 * MINUTE_MS);
    await remove();
    expect(await cache.subnetIds()).toHaveLength(2);
  });
});

describe('a request to create', () => {
  const refused: readonly [reason: string, input: Partial<CreateReplicationGroupCommandInput>, code: string][] = [
    ['an id with two hyphens', { ReplicationGroupId: 'a--b' }, 'InvalidParameterValueException'],
    ['an id that is too long', { ReplicationGroupId: 'a'.repeat(41) }, 'InvalidParameterValueException'],
    ['an unknown node type', { CacheNodeType: 'cache.t9.huge' }, 'InvalidParameterValueException'],
    ['an unknown version', { EngineVersion: '9.9' }, 'InvalidParameterValueException'],
    ['a short token', { AuthToken: 'short' }, 'InvalidParameterValueException'],
    ['a token with @', { AuthToken: 'abcdefghijklmnop@' }, 'InvalidParameterValueException'],
    [
      'a token without encryption',
      { AuthToken: 'abcdefghijklmnop', TransitEncryptionEnabled: false },
      'InvalidParameterCombinationException',
    ],
    ['failover without replica', { AutomaticFailoverEnabled: true }, 'InvalidParameterCombinationException'],
    [
      'several zones without failover',
      { MultiAZEnabled: true, ReplicasPerNodeGroup: 1 },
      'InvalidParameterCombinationException',
    ],
    ['too many replicas', { ReplicasPerNodeGroup: 6 }, 'InvalidParameterValueException'],
    ['a missing subnet group', { CacheSubnetGroupName: 'none' }, 'CacheSubnetGroupNotFoundFault'],
    ['a missing parameter group', { CacheParameterGroupName: 'none' }, 'CacheParameterGroupNotFoundFault'],
    [
      'a parameter group of another family',
      { CacheParameterGroupName: 'default.redis6.x' },
      'InvalidParameterCombinationException',
    ],
    ['a foreign security group', { SecurityGroupIds: ['sg-0123'] }, 'InvalidParameterValueException'],
    ['a bad window', { PreferredMaintenanceWindow: 'someday' }, 'InvalidParameterValueException'],
    ['a missing user group', { UserGroupIds: ['nobody'] }, 'UserGroupNotFoundFault'],
    [
      'several shards with a parameter group for one',
      { NumNodeGroups: 2, CacheParameterGroupName: 'default.redis7' },
      'InvalidParameterCombinationException',
    ],
  ];

  it.each(refused)('is refused with %s', async (_reason, input, name) => {
    await expect(create(input)).rejects.toMatchObject({ name });
    expect((await cache.send(new DescribeReplicationGroupsCommand({}))).ReplicationGroups).toEqual([]);
  });

  it('is refused for an id that exists, whatever its case', async () => {
    await create();
    await expect(create({ ReplicationGroupId: 'DEMO' })).rejects.toMatchObject({
      name: 'ReplicationGroupAlreadyExistsFault',
    });
  });

  it('folds the maintenance window and never gives the token back', async () => {
    const AuthToken = 'very-secret-token-1';
    const { ReplicationGroup } = await create({ AuthToken, PreferredMaintenanceWindow: 'SUN:23:00-MON:01:30' });
    aws.clock.advance(6 * MINUTE_MS);
    const { CacheClusters } = await cache.send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }));
    expect(CacheClusters?.[0]?.PreferredMaintenanceWindow).toBe('sun:23:00-mon:01:30');
    const everything = JSON.stringify([ReplicationGroup, CacheClusters, await cache.group(), aws.state()]);
    expect(everything).toContain('"AuthTokenEnabled":true');
    expect(everything).not.toContain(AuthToken);
  });
});
