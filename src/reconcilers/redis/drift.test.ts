import {
  DecreaseReplicaCountCommand,
  DescribeCacheParametersCommand,
  DescribeReplicationGroupsCommand,
  IncreaseReplicaCountCommand,
  ModifyCacheParameterGroupCommand,
  ModifyReplicationGroupCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-elasticache';
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const LOOK_MS = 600_000;
const FULL_CHECK_MS = 6 * 3_600_000;
const redis = aRedisCluster();

const elastiCache = () => world.aws.elastiCache();
const wait = (ms: number) => world.aws.clock.advance(ms);

async function securityGroup() {
  const filters = [{ Name: 'group-name', Values: ['cm-demo'] }];
  const { SecurityGroups: groups } = await world.aws
    .ec2()
    .send(new DescribeSecurityGroupsCommand({ Filters: filters }));
  return groups?.[0];
}

async function openings(): Promise<readonly string[]> {
  const rules = (await securityGroup())?.IpPermissions ?? [];
  return rules
    .flatMap(({ FromPort, ToPort, IpRanges = [] }) =>
      IpRanges.map(({ CidrIp }) => `${CidrIp ?? ''} ${FromPort ?? ''}-${ToPort ?? ''}`),
    )
    .sort((a, b) => a.localeCompare(b));
}

async function group() {
  return (await elastiCache().send(new DescribeReplicationGroupsCommand({}))).ReplicationGroups?.[0];
}

/** A Redis that is ready and was checked fully, so that only looks follow for hours. */
async function atRest(): Promise<void> {
  world.put(redis);
  await world.untilReady(redis);
  world.advance(LOOK_MS);
  await world.check(redis);
  world.takeCalls();
}

describe('at the next look', () => {
  beforeEach(atRest);

  it('rules that somebody added or took away are put right', async () => {
    const GroupId = (await securityGroup())?.GroupId ?? '';
    const wide = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const ours = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, IpRanges: [{ CidrIp: '10.96.0.0/13' }] };
    await world.aws.ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [wide] }));
    await world.aws.ec2().send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ours] }));
    wait(LOOK_MS);
    await world.check(redis);
    expect(await openings()).toEqual(['10.250.0.0/22 6379-6379', '10.96.0.0/13 6379-6379']);
    const message = 'The security group cm-demo now lets in 10.250.0.0/22, 10.96.0.0/13, and nobody else';
    expect(world.announcements).toContainEqual({ type: 'Normal', reason: 'RulesChanged', message });
  });

  it('a Secret that leads elsewhere is put right', async () => {
    const before = world.published();
    world.misguide({ host: 'elsewhere', port: 6379 });
    await world.check(redis);
    expect(world.published()).toEqual(before);
  });

  it('a node type that somebody changed is put right', async () => {
    const change = { ReplicationGroupId: 'cm-demo', CacheNodeType: 'cache.r7g.large', ApplyImmediately: true };
    await elastiCache().send(new ModifyReplicationGroupCommand(change));
    wait(LOOK_MS);
    await world.check(redis);
    await world.untilReady(redis);
    expect(await group()).toMatchObject({ CacheNodeType: 'cache.m7g.large' });
    const message = 'ElastiCache changes cacheNodeType from cache.r7g.large to cache.m7g.large.';
    expect(world.announcements.slice(-2)).toEqual([
      { type: 'Normal', reason: 'Updating', message },
      { type: 'Normal', reason: 'Ready', message: 'Redis cluster is ready' },
    ]);
  });

  it('replicas that somebody removed come back', async () => {
    await elastiCache().send(
      new ModifyReplicationGroupCommand({
        ReplicationGroupId: 'cm-demo',
        MultiAZEnabled: false,
        ApplyImmediately: true,
      }),
    );
    wait(LOOK_MS);
    const change = { ReplicationGroupId: 'cm-demo', NewReplicaCount: 0, ApplyImmediately: true };
    await elastiCache().send(new DecreaseReplicaCountCommand(change));
    wait(LOOK_MS);
    await world.check(redis);
    await world.untilReady(redis);
    expect(await group()).toMatchObject({ MultiAZ: 'enabled' });
    expect((await group())?.MemberClusters).toHaveLength(6);
  });

  it('a replica that somebody added to one shard alone goes again', async () => {
    const shards = [{ NodeGroupId: '0001', NewReplicaCount: 2 }];
    const change = { ReplicationGroupId: 'cm-demo', ReplicaConfiguration: shards, ApplyImmediately: true };
    await elastiCache().send(new IncreaseReplicaCountCommand(change));
    wait(LOOK_MS);
    await world.check(redis);
    await world.untilReady(redis);
    expect((await group())?.NodeGroups?.map(({ NodeGroupMembers: nodes }) => nodes?.length)).toEqual([2, 2, 2]);
  });

  it('nothing is written when nothing differs', async () => {
    const status = world.find(redis)?.status;
    for (let look = 0; look < 5; look++) {
      wait(LOOK_MS);
      await world.check(redis);
    }
    expect(new Set(world.takeCalls())).toEqual(new Set(['DescribeReplicationGroups', 'DescribeSecurityGroups']));
    expect(world.find(redis)?.status).toEqual(status);
  });
});

describe('at the next full check', () => {
  beforeEach(atRest);

  it('parameters that somebody changed are put right', async () => {
    const parameter = { ParameterName: 'timeout', ParameterValue: '99' };
    const names = { CacheParameterGroupName: 'cm-demo', ParameterNameValues: [parameter] };
    await elastiCache().send(new ModifyCacheParameterGroupCommand(names));
    wait(FULL_CHECK_MS);
    await world.check(redis);
    const command = new DescribeCacheParametersCommand({ CacheParameterGroupName: 'cm-demo', Source: 'user' });
    const { Parameters: parameters } = await elastiCache().send(command);
    expect(parameters?.map(({ ParameterName: name }) => name)).toEqual(['cluster-enabled']);
    const message = 'The parameter group cm-demo has been given the asked values again: timeout';
    expect(world.announcements).toContainEqual({ type: 'Normal', reason: 'ParametersChanged', message });
  });

  it('a parameter group without tags, which our group uses, gets them back', async () => {
    const ResourceName = 'arn:aws:elasticache:eu-central-1:123456789012:parametergroup:cm-demo';
    const TagKeys = [
      'cloud-manager.kyma-project.io/name',
      'cloud-manager.kyma-project.io/scope',
      'cloud-manager.kyma-project.io/kind',
    ];
    const before = await world.resources();
    await elastiCache().send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys }));
    wait(FULL_CHECK_MS);
    await world.check(redis);
    expect(await world.resources()).toEqual(before);
    expect(world.find(redis)?.status?.state).toBe('Ready');
    const message = 'Tags of the parameter group cm-demo were missing and are there again';
    expect(world.announcements).toContainEqual({ type: 'Normal', reason: 'Repaired', message });
  });

  it('comes six hours after the last one, and costs at most twelve calls', async () => {
    const perLook: number[] = [];
    for (let elapsedMs = 0; elapsedMs <= FULL_CHECK_MS; elapsedMs += LOOK_MS) {
      wait(LOOK_MS);
      await world.check(redis);
      perLook.push(world.takeCalls().length);
    }
    const fullChecks = perLook.filter((calls) => calls > 2);
    expect(fullChecks).toHaveLength(1);
    expect(fullChecks[0]).toBeLessThanOrEqual(12);
  });
});

it('opens for the nodes and pods of the Scope, and follows its changes', async () => {
  await atRest();
  const { spec } = aScope();
  const network = { ...spec.scope.aws.network, pods: '100.64.0.0/16' };
  world.cluster.put(aScope({ spec: { ...spec, scope: { aws: { ...spec.scope.aws, network } } } }));
  await world.check(redis);
  expect(await openings()).toEqual(['10.250.0.0/22 6379-6379', '100.64.0.0/16 6379-6379']);
});

describe('a dependency', () => {
  it('that is missing or not ready is named, and nothing is asked of AWS', async () => {
    const lonely = { ...aRedisInstance(), spec: { ...aRedisInstance().spec, ipRange: { name: 'nowhere' } } };
    world.put(lonely);
    const outcome = await world.check(lonely);
    expect(outcome?.kind).toBe('stopAndForget');
    expect(world.find(lonely)?.status?.conditions?.[0]).toMatchObject({
      type: 'Ready',
      status: 'False',
      reason: 'MissingDependency',
      message: 'IpRange kcp-system/nowhere does not exist',
    });
    expect(world.takeCalls()).toEqual([]);
  });

  it('that is no longer there does not hold up a deletion', async () => {
    world.put(redis);
    await world.untilReady(redis);
    world.point(redis, 'nowhere');
    world.remove(redis);
    await world.untilGone(redis);
    expect(await group()).toBeUndefined();
  });
});
