import {
  AddTagsToResourceCommand,
  CreateCacheParameterGroupCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeReplicationGroupsCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-elasticache';
import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { CreateSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const NAME_TAG = 'cloud-manager.kyma-project.io/name';
const GROUP_ARN = 'arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:cm-demo';
const foreignGroup = {
  ReplicationGroupId: 'cm-demo',
  ReplicationGroupDescription: 'theirs',
  CacheNodeType: 'cache.t4g.micro',
  Engine: 'redis',
  CacheSubnetGroupName: 'theirs',
};

const elastiCache = () => world.aws.elastiCache();

async function group() {
  return (await elastiCache().send(new DescribeReplicationGroupsCommand({}))).ReplicationGroups?.[0];
}

function errorOf(redis: RedisObject) {
  return world.find(redis)?.status?.conditions?.find(({ type }) => type === 'Error')?.message;
}

async function createForeignGroup(): Promise<void> {
  const CacheSubnetGroupDescription = 'theirs';
  const subnets = { CacheSubnetGroupName: 'theirs', CacheSubnetGroupDescription, SubnetIds: [...world.subnetIds] };
  await elastiCache().send(new CreateCacheSubnetGroupCommand(subnets));
  await elastiCache().send(new CreateReplicationGroupCommand(foreignGroup));
}

/** Creates something of our name that is not ours. */
const foreign = {
  'replication group': createForeignGroup,
  'parameter group': () =>
    elastiCache().send(
      new CreateCacheParameterGroupCommand({
        CacheParameterGroupName: 'cm-demo',
        CacheParameterGroupFamily: 'redis7',
        Description: 'theirs',
      }),
    ),
  'subnet group': () =>
    elastiCache().send(
      new CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName: 'cm-demo',
        CacheSubnetGroupDescription: 'theirs',
        SubnetIds: [...world.subnetIds],
      }),
    ),
  'security group': () =>
    world.aws
      .ec2()
      .send(new CreateSecurityGroupCommand({ VpcId: world.vpcId, GroupName: 'cm-demo', Description: 'theirs' })),
  secret: () =>
    world.aws
      .secretsManager()
      .send(new CreateSecretCommand({ Name: 'cm-demo/authToken', SecretString: 'their-own-secret-token' })),
} as const;

describe('a foreign resource of our name', () => {
  it.each(Object.keys(foreign) as (keyof typeof foreign)[])(
    '(%s) is a visible error, and is neither changed nor deleted',
    async (what) => {
      const redis = aRedisCluster({ authEnabled: true });
      await elastiCache().send(new DescribeReplicationGroupsCommand({}));
      await world.aws.secretsManager().send(new ListSecretsCommand({}));
      await foreign[what]();
      world.advance(600_000);
      const before = await world.everything();
      world.put(redis);
      await world.until(redis, () => errorOf(redis) !== undefined);
      expect(errorOf(redis)).toBe(
        `The ${what} ${what === 'secret' ? 'cm-demo/authToken' : 'cm-demo'} exists in AWS and its tags do not say that it is ours; it is left as it is`,
      );
      world.remove(redis);
      await world.untilGone(redis);
      world.advance(600_000);
      expect(await world.everything()).toEqual(before);
    },
  );

  it('is waited for while AWS does not tell whose it is', async () => {
    const redis = aRedisInstance();
    await foreign['replication group']();
    world.put(redis);
    await world.check(redis);
    expect(world.find(redis)?.status).toMatchObject({ state: 'Processing' });
    expect(world.find(redis)?.status?.conditions?.[0]?.message).toContain('does not tell yet whose it is');
  });

  it('no longer stands in the way once it is gone', async () => {
    const redis = aRedisInstance();
    await foreign['replication group']();
    world.put(redis);
    await world.until(redis, (now) => now?.status?.state === 'Error');
    await elastiCache().send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'cm-demo' }));
    await world.untilReady(redis);
    expect(await group()).toMatchObject({ Description: 'ElastiCache managed by Kyma Cloud Manager' });
  });

  it('is not taken for ours when somebody makes it after ours was lost', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    await elastiCache().send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'cm-demo' }));
    world.advance(300_000);
    await createForeignGroup();
    await world.until(redis, (now) => now?.status?.state === 'Error');
    expect(await group()).toMatchObject({ Description: 'theirs' });
  });
});

it('does not let a RedisInstance and a RedisCluster of one name share what is in AWS', async () => {
  const cluster = aRedisCluster();
  const instance = aRedisInstance();
  world.put(cluster);
  await world.untilReady(cluster);
  world.put(instance);
  await world.until(instance, (now) => now?.status?.state === 'Error');
  world.remove(instance);
  await world.untilGone(instance);
  expect(await group()).toMatchObject({ Status: 'available', ClusterEnabled: true });
});

describe('tags that somebody took away', () => {
  it('come back at the next full check, where the status proves that the group is ours', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    const tagsNow = () => elastiCache().send(new ListTagsForResourceCommand({ ResourceName: GROUP_ARN }));
    const { TagList: before = [] } = await tagsNow();
    const TagKeys = before.map(({ Key }) => Key ?? '');
    await elastiCache().send(new RemoveTagsFromResourceCommand({ ResourceName: GROUP_ARN, TagKeys }));
    world.advance(24 * 3_600_000);
    await world.check(redis);
    expect((await tagsNow()).TagList).toEqual(expect.arrayContaining(before));
    expect(world.find(redis)?.status?.state).toBe('Ready');
  });

  it('do not come back where somebody else wrote their own', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    const Tags = [{ Key: NAME_TAG, Value: 'elsewhere/other' }];
    await elastiCache().send(new AddTagsToResourceCommand({ ResourceName: GROUP_ARN, Tags }));
    world.advance(24 * 3_600_000);
    await world.check(redis);
    expect(errorOf(redis)).toContain('do not say that it is ours');
    world.remove(redis);
    await world.until(redis, () => true);
    expect(await group()).toMatchObject({ Status: 'available' });
  });
});

it('knows its own by their tags when the status was lost, and rotates the token to one that it knows', async () => {
  const redis = aRedisCluster({ authEnabled: true });
  world.put(redis);
  await world.untilReady(redis);
  const token = world.published()?.authString;
  world.forget(redis, Object.keys(world.find(redis)?.status ?? {}));
  world.restart();
  world.takeCalls();
  await world.untilSettled(redis);
  const calls = world.takeCalls();
  expect(calls.filter((call) => /^(Create|Delete)/.test(call))).toEqual([]);
  expect(world.validTokens()).toEqual([token]);
  expect(world.find(redis)?.status).toMatchObject({
    arn: GROUP_ARN,
    authToken: { phase: 'Settled', hash: expect.stringMatching(/^sha256:/) },
  });
});

it('goes on with what an earlier process has made', async () => {
  const redis = aRedisCluster({ authEnabled: true });
  world.put(redis);
  for (let pass = 0; pass < 3; pass++) {
    world.restart();
    await world.check(redis);
    world.advance(30_000);
  }
  world.restart();
  await world.untilReady(redis);
  const calls = world.takeCalls();
  expect(calls.filter((call) => call === 'CreateReplicationGroup')).toHaveLength(1);
});
