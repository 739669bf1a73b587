import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CreateReplicationGroupRequest,
  type ElastiCacheClient,
  isAlreadyExists,
  isInUse,
  isInvalidInput,
  isInvalidState,
  isNotFound,
  NotFoundError,
  orAbsent,
} from '../../src/aws/index.ts';
import { type ContractAws, startContractAws } from '../support/aws-clients.ts';

let world: ContractAws;
let cache: ElastiCacheClient;
let subnetIds: readonly string[];
let vpcId: string;
let securityGroupId: string;

beforeEach(async () => {
  world = await startContractAws();
  cache = world.aws.elastiCache(world.target, world.call());
  const ec2 = world.aws.ec2(world.target, world.call());
  vpcId = (await ec2.findVpcsByName('shoot--sandbox--demo'))[0]?.id ?? 'the demo VPC is missing';
  subnetIds = (await ec2.describeSubnets(vpcId)).map(({ id }) => id);
  securityGroupId = await ec2.createSecurityGroup({ vpcId, name: 'cm-test', description: 'x', tags: {} });
});

afterEach(() => world.stop());

async function aRequest(
  id: string,
  overrides: Partial<CreateReplicationGroupRequest> = {},
): Promise<CreateReplicationGroupRequest> {
  const { tags } = { tags: { owner: 'me' } };
  const named = { name: id, description: 'for tests', tags };
  if (!(await orAbsent(cache.describeSubnetGroup(id)))) await cache.createSubnetGroup({ ...named, subnetIds });
  if (!(await orAbsent(cache.describeParameterGroup(id)))) {
    await cache.createParameterGroup({ ...named, family: 'redis7' });
  }
  if (overrides.clusterMode) await cache.modifyParameters(id, { 'cluster-enabled': 'yes' });
  return {
    id,
    description: 'for tests',
    engine: 'redis',
    engineVersion: '7.0',
    nodeType: 'cache.t4g.small',
    clusterMode: false,
    shards: 1,
    replicasPerShard: 1,
    automaticFailover: true,
    multiAz: true,
    autoMinorVersionUpgrade: false,
    parameterGroupName: id,
    subnetGroupName: id,
    securityGroupIds: [securityGroupId],
    maintenanceWindow: 'sun:23:00-mon:01:30',
    authToken: undefined,
    tags,
    ...overrides,
  };
}

const aGroup = async (id: string, overrides: Partial<CreateReplicationGroupRequest> = {}) =>
  cache.createReplicationGroup(await aRequest(id, overrides));

/** Before time is slowed down the group has to be there: what is under way would stand still. */
async function anAvailableGroup(id: string): Promise<void> {
  await aGroup(id);
  expect(await cache.describeReplicationGroup(id)).toMatchObject({ status: 'available' });
}

describe('replication groups', () => {
  it('have neither node groups nor endpoints while they are created', async () => {
    world.simulator.setSpeed(1);
    const created = await aGroup('cm-one');
    expect(created).toMatchObject({
      id: 'cm-one',
      status: 'creating',
      nodeGroups: [],
      configurationEndpoint: undefined,
    });
    expect(await cache.describeReplicationGroup('cm-one')).toMatchObject({ status: 'creating', nodeGroups: [] });
  });

  it('without cluster mode have a primary and a reader endpoint', async () => {
    await aGroup('cm-one');
    const group = await cache.describeReplicationGroup('cm-one');
    expect(group).toMatchObject({
      status: 'available',
      clusterMode: false,
      nodeType: 'cache.t4g.small',
      memberIds: ['cm-one-001', 'cm-one-002'],
      automaticFailover: 'enabled',
      multiAz: true,
      transitEncryption: true,
      atRestEncryption: true,
      authTokenEnabled: false,
      configurationEndpoint: undefined,
    });
    expect(group.nodeGroups).toMatchObject([
      {
        primaryEndpoint: { host: expect.any(String) as unknown, port: 6379 },
        readerEndpoint: { port: 6379 },
        members: [
          { memberId: 'cm-one-001', role: 'primary' },
          { memberId: 'cm-one-002', role: 'replica' },
        ],
      },
    ]);
  });

  it('with cluster mode have a configuration endpoint and shards in order', async () => {
    await aGroup('cm-many', { clusterMode: true, shards: 3 });
    const group = await cache.describeReplicationGroup('cm-many');
    expect(group).toMatchObject({ clusterMode: true, configurationEndpoint: { port: 6379 } });
    expect(group.nodeGroups.map(({ id, primaryEndpoint }) => [id, primaryEndpoint])).toEqual([
      ['0001', undefined],
      ['0002', undefined],
      ['0003', undefined],
    ]);
    expect(group.memberIds).toHaveLength(6);
  });

  it('that do not exist say so, with their id, and so does their deletion', async () => {
    const absent = { name: 'NotFoundError', resource: 'replication group', id: 'none' };
    await expect(cache.describeReplicationGroup('none')).rejects.toMatchObject(absent);
    await expect(cache.deleteReplicationGroup('none')).rejects.toMatchObject(absent);
    await expect(cache.modifyReplicationGroup('none', { nodeType: 'cache.t4g.small' })).rejects.toMatchObject(absent);
  });

  it('are not taken for absent when a parameter is invalid', async () => {
    const failed = await cache.describeReplicationGroup('-not-a-name-').catch((error: unknown) => error);
    expect(isNotFound(failed) && !(failed instanceof NotFoundError)).toBe(false);
    await expect(aGroup('cm-bad', { nodeType: 'cache.none' })).rejects.toSatisfy(isInvalidInput);
  });

  it('say what they miss: an absent subnet group is no absent replication group', async () => {
    const request = { ...(await aRequest('cm-one')), subnetGroupName: 'none' };
    const failed = await cache.createReplicationGroup(request).catch((error: unknown) => error);
    expect(failed).toMatchObject({ kind: 'not-found', code: 'CacheSubnetGroupNotFoundFault' });
    expect(failed).not.toBeInstanceOf(NotFoundError);
  });

  it('have an id once', async () => {
    await aGroup('cm-one');
    await expect(aGroup('cm-one')).rejects.toSatisfy(isAlreadyExists);
  });

  it.each([
    { change: { nodeType: 'cache.m7g.large' }, after: { nodeType: 'cache.m7g.large' } },
    { change: { autoMinorVersionUpgrade: true }, after: { autoMinorVersionUpgrade: true } },
    { change: { automaticFailover: true, multiAz: false }, after: { multiAz: false } },
    {
      change: { authToken: { token: 'a-token-of-some-length', strategy: 'rotate' } },
      after: { authTokenEnabled: true },
    },
  ] as const)('take a change of one family: $change', async ({ change, after }) => {
    await aGroup('cm-one');
    await cache.modifyReplicationGroup('cm-one', change);
    expect(await cache.describeReplicationGroup('cm-one')).toMatchObject({ status: 'available', ...after });
  });

  it('take changes that their members show', async () => {
    await aGroup('cm-one');
    await cache.modifyReplicationGroup('cm-one', { maintenanceWindow: 'tue:01:00-tue:02:00' });
    await cache.modifyReplicationGroup('cm-one', { engineVersion: '7.1', parameterGroupName: undefined });
    const members = await cache.describeMembers('cm-one');
    expect(members.map(({ maintenanceWindow }) => maintenanceWindow)).toEqual(Array(2).fill('tue:01:00-tue:02:00'));
    expect(members.map(({ engineVersion }) => engineVersion?.slice(0, 3))).toEqual(['7.1', '7.1']);
  });

  it('cannot be changed while they are changing', async () => {
    await anAvailableGroup('cm-one');
    world.simulator.setSpeed(1);
    const changing = await cache.modifyReplicationGroup('cm-one', { nodeType: 'cache.m7g.large' });
    expect(changing.status).toBe('modifying');
    await expect(cache.modifyReplicationGroup('cm-one', { autoMinorVersionUpgrade: true })).rejects.toSatisfy(
      isInvalidState,
    );
    await expect(cache.listTags(changing.arn)).rejects.toSatisfy(isInvalidState);
  });

  it('go over from a token to a user group and let it go', async () => {
    await aGroup('cm-one', { authToken: 'a-token-of-some-length' });
    const userGroup = { id: 'cm-one', engine: 'redis', userIds: ['default'], tags: {} } as const;
    expect(await cache.createUserGroup(userGroup)).toMatchObject({ id: 'cm-one', status: 'creating' });
    expect(await cache.describeUserGroup('cm-one')).toMatchObject({ status: 'active', userIds: ['default'] });
    await cache.modifyReplicationGroup('cm-one', { authTokenReplacedByUserGroups: ['cm-one'] });
    expect(await cache.describeReplicationGroup('cm-one')).toMatchObject({
      authTokenEnabled: false,
      userGroupIds: ['cm-one'],
    });
    await cache.modifyReplicationGroup('cm-one', { userGroupIdsToRemove: ['cm-one'] });
    expect((await cache.describeReplicationGroup('cm-one')).userGroupIds).toEqual([]);
    await cache.deleteUserGroup('cm-one');
    await expect(cache.describeUserGroup('cm-one')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('grow and shrink by shards and replicas', async () => {
    await aGroup('cm-many', { clusterMode: true, shards: 2 });
    await cache.changeShards('cm-many', 3, []);
    expect((await cache.describeReplicationGroup('cm-many')).nodeGroups.map(({ id }) => id)).toEqual([
      '0001',
      '0002',
      '0003',
    ]);
    await cache.changeShards('cm-many', 2, ['0003']);
    await cache.changeReplicas('cm-many', 2, 'increase');
    expect((await cache.describeReplicationGroup('cm-many')).memberIds).toHaveLength(6);
    await cache.changeReplicas('cm-many', 1, 'decrease');
    expect((await cache.describeReplicationGroup('cm-many')).memberIds).toHaveLength(4);
  });

  it('are deleted with their members', async () => {
    await anAvailableGroup('cm-one');
    world.simulator.setSpeed(1);
    expect(await cache.deleteReplicationGroup('cm-one')).toMatchObject({ status: 'deleting' });
    world.simulator.setSpeed('max');
    await expect(cache.describeReplicationGroup('cm-one')).rejects.toBeInstanceOf(NotFoundError);
    expect(await cache.describeMembers('cm-one')).toEqual([]);
  });

  it('are read by one list when many are asked about in one moment', async () => {
    const ids = ['cm-a', 'cm-b', 'cm-c'];
    for (const id of ids) await aGroup(id);
    world.simulator.journal.clear();
    const groups = await Promise.all(ids.map((id) => cache.describeReplicationGroup(id)));
    expect(groups.map(({ id }) => id)).toEqual(ids);
    const members = await Promise.all(ids.map((id) => cache.describeMembers(id)));
    expect(members.map((list) => list.map(({ id }) => id))).toEqual(ids.map((id) => [`${id}-001`, `${id}-002`]));
    expect(world.operations()).toEqual(['DescribeReplicationGroups', 'DescribeCacheClusters']);
    expect((await cache.listReplicationGroups()).map(({ id }) => id)).toEqual(ids);
  });

  it('tell what happened to them', async () => {
    await aGroup('cm-one');
    const events = await cache.describeEvents('replication-group', 'cm-one', 60);
    expect(events.length).toBeGreaterThan(0);
    expect(events.map(({ sourceId }) => sourceId)).toEqual(Array(events.length).fill('cm-one'));
  });

  it('carry tags, which can be added to', async () => {
    const { arn } = await aGroup('cm-one');
    await cache.addTags(arn, { more: 'x' });
    expect(await cache.listTags(arn)).toEqual({ owner: 'me', more: 'x' });
  });
});

describe('members', () => {
  it('show what their group does not', async () => {
    await aGroup('cm-one');
    expect((await cache.describeMembers('cm-one'))[0]).toMatchObject({
      id: 'cm-one-001',
      replicationGroupId: 'cm-one',
      status: 'available',
      nodeType: 'cache.t4g.small',
      parameterGroup: { name: 'cm-one', applyStatus: 'in-sync' },
      securityGroupIds: [securityGroupId],
      subnetGroupName: 'cm-one',
      maintenanceWindow: 'sun:23:00-mon:01:30',
    });
  });
});

describe('what may be absent', () => {
  it('is found without an error, alone and among others', async () => {
    const named = { name: 'cm-one', description: 'x', tags: {} };
    const group = await cache.createParameterGroup({ ...named, family: 'redis7' });
    expect(await cache.findParameterGroup('cm-none')).toBeUndefined();
    const found = ['cm-one', 'cm-none'].map((name) => cache.findParameterGroup(name));
    expect(await Promise.all(found)).toEqual([group, undefined]);
    expect(await Promise.all(['a', 'b'].map((id) => cache.findUserGroup(id)))).toEqual([undefined, undefined]);
    expect(await cache.findReplicationGroup('cm-none')).toBeUndefined();
  });
});

describe('parameter groups', () => {
  const aParameterGroup = () =>
    cache.createParameterGroup({ name: 'cm-one', family: 'redis7', description: 'x', tags: { owner: 'me' } });

  it('are created, described and deleted', async () => {
    const created = await aParameterGroup();
    expect(await cache.describeParameterGroup('cm-one')).toEqual(created);
    expect(created).toMatchObject({ family: 'redis7', description: 'x' });
    await cache.deleteParameterGroup('cm-one');
    await expect(cache.describeParameterGroup('cm-one')).rejects.toBeInstanceOf(NotFoundError);
    await expect(cache.deleteParameterGroup('cm-one')).rejects.toBeInstanceOf(NotFoundError);
    await expect(cache.describeSetParameters('cm-one')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('take values and go back to the defaults', async () => {
    await aParameterGroup();
    await cache.modifyParameters('cm-one', { 'maxmemory-policy': 'allkeys-lru' });
    const set = await cache.describeSetParameters('cm-one');
    expect(set).toMatchObject([{ name: 'maxmemory-policy', value: 'allkeys-lru', source: 'user' }]);
    await cache.resetParameters('cm-one', ['maxmemory-policy']);
    expect(await cache.describeSetParameters('cm-one')).toEqual([]);
  });

  it('refuse a parameter that their family does not have', async () => {
    await aParameterGroup();
    await expect(cache.modifyParameters('cm-one', { 'no-such-parameter': '1' })).rejects.toSatisfy(isInvalidInput);
  });
});

describe('subnet groups', () => {
  it('are created, changed, described and deleted', async () => {
    await cache.createSubnetGroup({ name: 'cm-one', description: 'x', subnetIds, tags: {} });
    expect(await cache.describeSubnetGroup('cm-one')).toMatchObject({ name: 'cm-one', vpcId });
    await cache.modifySubnetGroup('cm-one', subnetIds.slice(0, 1));
    expect((await cache.describeSubnetGroup('cm-one')).subnets.map(({ id }) => id)).toEqual(subnetIds.slice(0, 1));
    await cache.deleteSubnetGroup('cm-one');
    await expect(cache.describeSubnetGroup('cm-one')).rejects.toBeInstanceOf(NotFoundError);
    await expect(cache.deleteSubnetGroup('cm-one')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('cannot go while a group is in them', async () => {
    await aGroup('cm-one');
    await expect(cache.deleteSubnetGroup('cm-one')).rejects.toSatisfy(isInUse);
  });
});
