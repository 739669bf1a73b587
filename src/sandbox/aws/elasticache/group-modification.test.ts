import {
  CreateReplicationGroupCommand,
  CreateSnapshotCommand,
  CreateUserGroupCommand,
  DeleteUserGroupCommand,
  DescribeCacheClustersCommand,
  DescribeUserGroupsCommand,
  ListTagsForResourceCommand,
  ModifyReplicationGroupCommand,
  type CreateReplicationGroupCommandInput,
  type ModifyReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { CreateSecurityGroupCommand, DeleteSecurityGroupCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aGroupRequest,
  aSubnetGroup,
  clientOf,
  MINUTE_MS,
  type CacheClient,
} from '../../../../test/support/cache-groups.ts';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import { elastiCacheSlot } from './state.ts';

const FIRST = 'first-token-of-sixteen';
const SECOND = 'second-token-of-sixteen';
const COMBINATION = { name: 'InvalidParameterCombinationException' };
const STATE = { name: 'InvalidReplicationGroupStateFault' };

let aws: TestAws;
let cache: CacheClient;

beforeEach(async () => {
  aws = await startTestAws();
  cache = clientOf(aws);
  await aSubnetGroup(aws);
});

afterEach(async () => aws.stop());

async function anAvailableGroup(overrides: Partial<CreateReplicationGroupCommandInput> = {}): Promise<void> {
  await cache.send(new CreateReplicationGroupCommand(aGroupRequest(overrides)));
  aws.clock.advance(6 * MINUTE_MS);
}

const modify = (input: Omit<ModifyReplicationGroupCommandInput, 'ReplicationGroupId'>) =>
  cache.send(new ModifyReplicationGroupCommand({ ReplicationGroupId: 'demo', ApplyImmediately: true, ...input }));

const member = async () =>
  (await cache.send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }))).CacheClusters?.[0];

/** What opens the group now; no answer of AWS says it. */
const tokens = () =>
  aws.world.partition('123456789012', 'eu-central-1')?.get(elastiCacheSlot).replicationGroups.get('demo')?.settings
    .access.tokens;

describe('a change', () => {
  it('is shown as pending, takes its time and then holds', async () => {
    await anAvailableGroup();
    await modify({ CacheNodeType: 'cache.m5.large' });
    expect(await cache.group()).toMatchObject({ Status: 'modifying', CacheNodeType: 'cache.t4g.micro' });
    expect(await member()).toMatchObject({
      CacheClusterStatus: 'modifying',
      PendingModifiedValues: { CacheNodeType: 'cache.m5.large' },
    });
    aws.clock.advance(8 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({ Status: 'available', CacheNodeType: 'cache.m5.large' });
  });

  it('is refused while the group is created, modified, backed up or deleted', async () => {
    await cache.send(new CreateReplicationGroupCommand(aGroupRequest({})));
    const change = () => modify({ ReplicationGroupDescription: `at ${aws.clock.now()}` });
    await expect(change()).rejects.toMatchObject(STATE);
    aws.clock.advance(6 * MINUTE_MS);
    await change();
    await expect(change()).rejects.toMatchObject(STATE);
    aws.clock.advance(MINUTE_MS);
    await cache.send(new CreateSnapshotCommand({ ReplicationGroupId: 'demo', SnapshotName: 's' }));
    expect(await cache.group()).toMatchObject({ Status: 'snapshotting' });
    await expect(change()).rejects.toMatchObject(STATE);
    aws.clock.advance(2 * MINUTE_MS);
    await change();
  });

  it('is refused when it changes nothing', async () => {
    await anAvailableGroup();
    await expect(modify({})).rejects.toMatchObject({ ...COMBINATION, message: 'No modifications were requested' });
    await expect(
      modify({
        CacheNodeType: 'cache.t4g.micro',
        EngineVersion: '7.0',
        PreferredMaintenanceWindow: 'TUE:03:00-TUE:04:00',
      }),
    ).rejects.toMatchObject(COMBINATION);
  });

  it('is refused when it has more than one of what AWS changes one a call', async () => {
    await anAvailableGroup();
    const mixed = { CacheNodeType: 'cache.m5.large', EngineVersion: '7.1' };
    await expect(modify(mixed)).rejects.toMatchObject(COMBINATION);
    await expect(modify({ AuthToken: FIRST, ReplicationGroupDescription: 'new' })).rejects.toMatchObject(COMBINATION);
    expect(await cache.group()).toMatchObject({ Status: 'available' });
  });

  it('hides tags while it runs', async () => {
    await anAvailableGroup({ Tags: [{ Key: 'owner', Value: 'me' }] });
    const list = async () => cache.send(new ListTagsForResourceCommand({ ResourceName: (await cache.group())?.ARN }));
    expect((await list()).TagList).toEqual([{ Key: 'owner', Value: 'me' }]);
    await modify({ ReplicationGroupDescription: 'new' });
    await expect(list()).rejects.toMatchObject(STATE);
  });

  it('of security groups keeps the new one from being deleted and frees the old one', async () => {
    const VpcId = (await aws.ec2().send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId;
    const newGroup = async (GroupName: string) =>
      (await aws.ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: 'x', VpcId }))).GroupId ?? '';
    const [before, after] = [await newGroup('before'), await newGroup('after')];
    await anAvailableGroup({ SecurityGroupIds: [before] });
    await modify({ SecurityGroupIds: [after] });
    aws.clock.advance(MINUTE_MS);
    await aws.ec2().send(new DeleteSecurityGroupCommand({ GroupId: before }));
    await expect(aws.ec2().send(new DeleteSecurityGroupCommand({ GroupId: after }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
  });
});

describe('a change that need not be at once', () => {
  it('waits for the maintenance window', async () => {
    // The clock starts on a Thursday at midnight.
    await anAvailableGroup({ PreferredMaintenanceWindow: 'thu:02:00-thu:04:00' });
    await modify({ CacheNodeType: 'cache.m5.large', ApplyImmediately: false });
    expect(await cache.group()).toMatchObject({ Status: 'available', CacheNodeType: 'cache.t4g.micro' });
    expect(await member()).toMatchObject({ PendingModifiedValues: { CacheNodeType: 'cache.m5.large' } });
    aws.clock.advance(115 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({ Status: 'modifying' });
    aws.clock.advance(8 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({ Status: 'available', CacheNodeType: 'cache.m5.large' });
  });

  it('is brought on by a later call that wants it at once', async () => {
    await anAvailableGroup();
    await modify({ EngineVersion: '7.1', ApplyImmediately: false });
    await modify({});
    aws.clock.advance(10 * MINUTE_MS);
    expect(await member()).toMatchObject({ EngineVersion: '7.1.0', PendingModifiedValues: {} });
  });
});

describe('an upgrade', () => {
  it('needs a parameter group of the new family, unless a default one was in use', async () => {
    await anAvailableGroup({ EngineVersion: '6.x' });
    await expect(modify({ EngineVersion: '7.0', CacheParameterGroupName: 'default.redis6.x' })).rejects.toMatchObject(
      COMBINATION,
    );
    await modify({ EngineVersion: '7.0' });
    aws.clock.advance(10 * MINUTE_MS);
    expect(await member()).toMatchObject({
      EngineVersion: '7.0.7',
      CacheParameterGroup: { CacheParameterGroupName: 'default.redis7' },
    });
  });

  it('never goes back', async () => {
    await anAvailableGroup({ EngineVersion: '7.1' });
    await expect(modify({ EngineVersion: '7.0' })).rejects.toMatchObject(COMBINATION);
  });
});

describe('the token', () => {
  const change = async (AuthToken: string, AuthTokenUpdateStrategy: 'ROTATE' | 'SET') => {
    await modify({ AuthToken, AuthTokenUpdateStrategy });
    aws.clock.advance(2 * MINUTE_MS);
  };

  it('opens beside no token after ROTATE, and alone after SET', async () => {
    await anAvailableGroup();
    expect(tokens()).toEqual([undefined]);
    await modify({ AuthToken: FIRST });
    expect(await cache.group()).toMatchObject({
      AuthTokenEnabled: false,
      PendingModifiedValues: { AuthTokenStatus: 'ROTATING' },
    });
    aws.clock.advance(2 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({ AuthTokenEnabled: true });
    expect(tokens()).toEqual([undefined, FIRST]);
    await change(FIRST, 'SET');
    expect(tokens()).toEqual([FIRST]);
  });

  it('keeps the last two while it is rotated', async () => {
    await anAvailableGroup({ AuthToken: FIRST });
    await change(SECOND, 'ROTATE');
    expect(tokens()).toEqual([FIRST, SECOND]);
    await change('third-token-of-sixteen', 'ROTATE');
    expect(tokens()).toEqual([SECOND, 'third-token-of-sixteen']);
  });

  it('is not set without a rotation before', async () => {
    await anAvailableGroup({ AuthToken: FIRST });
    await expect(change(SECOND, 'SET')).rejects.toMatchObject(COMBINATION);
  });

  it('needs encryption and a call that takes effect at once', async () => {
    await anAvailableGroup({ TransitEncryptionEnabled: false });
    await expect(modify({ AuthToken: FIRST })).rejects.toMatchObject(COMBINATION);
  });

  it('ends when a user group takes over, and the group is open when that goes', async () => {
    const UserGroupId = 'everybody';
    await anAvailableGroup({ AuthToken: FIRST });
    await cache.send(new CreateUserGroupCommand({ UserGroupId, Engine: 'redis', UserIds: ['default'] }));
    const attach = () => modify({ UserGroupIdsToAdd: [UserGroupId], AuthTokenUpdateStrategy: 'DELETE' });
    await expect(attach()).rejects.toMatchObject({ name: 'InvalidUserGroupStateFault' });
    aws.clock.advance(MINUTE_MS);
    await expect(modify({ UserGroupIdsToAdd: [UserGroupId] })).rejects.toMatchObject(COMBINATION);
    await attach();
    const userGroup = async () => (await cache.send(new DescribeUserGroupsCommand({ UserGroupId }))).UserGroups?.[0];
    expect(await userGroup()).toMatchObject({ Status: 'modifying', ReplicationGroups: ['demo'] });
    aws.clock.advance(2 * MINUTE_MS);
    expect(await cache.group()).toMatchObject({ AuthTokenEnabled: false, UserGroupIds: [UserGroupId] });
    await expect(cache.send(new DeleteUserGroupCommand({ UserGroupId }))).rejects.toMatchObject({
      name: 'InvalidUserGroupStateFault',
    });
    await modify({ UserGroupIdsToRemove: [UserGroupId] });
    aws.clock.advance(2 * MINUTE_MS);
    expect(tokens()).toEqual([undefined]);
    expect(await userGroup()).toMatchObject({ Status: 'active', ReplicationGroups: [] });
    await cache.send(new DeleteUserGroupCommand({ UserGroupId }));
    aws.clock.advance(MINUTE_MS);
    await expect(userGroup()).rejects.toMatchObject({ name: 'UserGroupNotFoundFault' });
  });

  it('is not deleted without a user group', async () => {
    await anAvailableGroup({ AuthToken: FIRST });
    await expect(modify({ AuthTokenUpdateStrategy: 'DELETE' })).rejects.toMatchObject(COMBINATION);
  });
});
