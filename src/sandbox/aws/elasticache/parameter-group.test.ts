import {
  CreateCacheParameterGroupCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  DeleteCacheParameterGroupCommand,
  DeleteCacheSubnetGroupCommand,
  DescribeCacheEngineVersionsCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheParametersCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeEngineDefaultParametersCommand,
  ModifyCacheParameterGroupCommand,
  ModifyCacheSubnetGroupCommand,
  ResetCacheParameterGroupCommand,
  type Parameter,
} from '@aws-sdk/client-elasticache';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aGroupRequest,
  aSubnetGroup,
  clientOf,
  MINUTE_MS,
  type CacheClient,
} from '../../../../test/support/cache-groups.ts';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';

const CacheParameterGroupName = 'mine';
const INVALID_VALUE = { name: 'InvalidParameterValueException' };

let aws: TestAws;
let cache: CacheClient;

beforeEach(async () => {
  aws = await startTestAws();
  cache = clientOf(aws);
});

afterEach(async () => aws.stop());

const create = (CacheParameterGroupFamily = 'redis7', name = CacheParameterGroupName) =>
  cache.send(
    new CreateCacheParameterGroupCommand({
      CacheParameterGroupName: name,
      CacheParameterGroupFamily,
      Description: 'of the tests',
      Tags: [{ Key: 'owner', Value: 'tests' }],
    }),
  );

const set = (values: Record<string, string>) =>
  cache.send(
    new ModifyCacheParameterGroupCommand({
      CacheParameterGroupName,
      ParameterNameValues: Object.entries(values).map(([ParameterName, ParameterValue]) => ({
        ParameterName,
        ParameterValue,
      })),
    }),
  );

async function parameter(name: string, Source?: string): Promise<Parameter | undefined> {
  const input = { CacheParameterGroupName, ...(Source && { Source }) };
  const { Parameters } = await cache.send(new DescribeCacheParametersCommand(input));
  return Parameters?.find(({ ParameterName }) => ParameterName === name);
}

describe('parameters', () => {
  it('start at the defaults of the family, are changed, and go back', async () => {
    await create();
    expect(await parameter('maxmemory-policy')).toMatchObject({ ParameterValue: 'volatile-lru', Source: 'system' });
    await set({ 'maxmemory-policy': 'allkeys-lru' });
    expect(await parameter('maxmemory-policy')).toMatchObject({ ParameterValue: 'allkeys-lru', Source: 'user' });
    expect(await parameter('timeout', 'user')).toBeUndefined();
    await cache.send(
      new ResetCacheParameterGroupCommand({
        CacheParameterGroupName,
        ParameterNameValues: [{ ParameterName: 'maxmemory-policy' }],
      }),
    );
    expect(await parameter('maxmemory-policy')).toMatchObject({ ParameterValue: 'volatile-lru' });
  });

  it.each([
    ['a parameter that does not exist', { 'no-such-parameter': '1' }],
    ['a parameter of an older family', { 'hash-max-ziplist-entries': '100' }],
    ['a parameter that is fixed', { maxclients: '100' }],
    ['a value out of range', { 'maxmemory-samples': '0' }],
    ['a word where a number belongs', { databases: 'many' }],
    ['a value in a gap of the range', { timeout: '7' }],
    ['one bad value among good ones', { 'slowlog-max-len': '5', activedefrag: 'maybe' }],
    ['more than 20 at once', Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, '1']))],
  ])('are not changed by a request with %s', async (_reason, values) => {
    await create();
    await expect(set(values)).rejects.toMatchObject(INVALID_VALUE);
    expect(await parameter('slowlog-max-len', 'user')).toBeUndefined();
  });

  it('differ by family', async () => {
    const namesOf = async (CacheParameterGroupFamily: string) => {
      const { EngineDefaults } = await cache.send(
        new DescribeEngineDefaultParametersCommand({ CacheParameterGroupFamily }),
      );
      return new Set(EngineDefaults?.Parameters?.map(({ ParameterName }) => ParameterName));
    };
    const [six, seven] = [await namesOf('redis6.x'), await namesOf('redis7')];
    expect(six.difference(seven)).toContain('hash-max-ziplist-entries');
    expect(seven.difference(six)).toContain('hash-max-listpack-entries');
    await expect(namesOf('redis9')).rejects.toMatchObject(INVALID_VALUE);
  });

  it('come in pages', async () => {
    const input = { CacheParameterGroupName: 'default.redis7', MaxRecords: 20 };
    const names: (string | undefined)[] = [];
    for (let marker: string | undefined, page = 0; page === 0 || marker; page++) {
      const answer = await cache.send(
        new DescribeCacheParametersCommand({ ...input, ...(marker && { Marker: marker }) }),
      );
      names.push(...(answer.Parameters ?? []).map(({ ParameterName }) => ParameterName));
      marker = answer.Marker;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(50);
    await expect(cache.send(new DescribeCacheParametersCommand({ ...input, MaxRecords: 5 }))).rejects.toMatchObject(
      INVALID_VALUE,
    );
  });
});

describe('a parameter group', () => {
  it('is kept in lower case, once, and found by any case', async () => {
    await create('redis7', 'Mine');
    await expect(create('redis7', 'MINE')).rejects.toMatchObject({ name: 'CacheParameterGroupAlreadyExistsFault' });
    const { CacheParameterGroups } = await cache.send(
      new DescribeCacheParameterGroupsCommand({ CacheParameterGroupName: 'MINE' }),
    );
    expect(CacheParameterGroups).toMatchObject([
      { CacheParameterGroupName: 'mine', CacheParameterGroupFamily: 'redis7' },
    ]);
  });

  it('cannot be deleted or made clustered while a replication group uses it', async () => {
    await aSubnetGroup(aws);
    await create();
    await cache.send(new CreateReplicationGroupCommand(aGroupRequest({ CacheParameterGroupName })));
    const remove = () => cache.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName }));
    await expect(remove()).rejects.toMatchObject({ name: 'InvalidCacheParameterGroupStateFault' });
    await expect(set({ 'cluster-enabled': 'yes' })).rejects.toMatchObject({
      name: 'InvalidCacheParameterGroupStateFault',
    });
    await set({ timeout: '20' });
  });

  it('is deleted otherwise, but for the default ones', async () => {
    await create();
    await cache.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName }));
    await expect(parameter('timeout')).rejects.toMatchObject({ name: 'CacheParameterGroupNotFoundFault' });
    await expect(
      cache.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName: 'default.redis7' })),
    ).rejects.toMatchObject(INVALID_VALUE);
  });

  it('is found by the tagging API', async () => {
    await create();
    const { ResourceTagMappingList } = await aws.tagging().send(new GetResourcesCommand({}));
    expect(ResourceTagMappingList?.filter(({ ResourceARN }) => ResourceARN?.includes(':elasticache:'))).toEqual([
      {
        ResourceARN: 'arn:aws:elasticache:eu-central-1:123456789012:parametergroup:mine',
        Tags: [{ Key: 'owner', Value: 'tests' }],
      },
    ]);
  });
});

describe('a subnet group', () => {
  const CacheSubnetGroupName = 'demo';

  it('has subnets of one VPC with their zones', async () => {
    await aSubnetGroup(aws);
    const { CacheSubnetGroups } = await cache.send(new DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName }));
    expect(CacheSubnetGroups?.[0]?.Subnets?.map((one) => one.SubnetAvailabilityZone?.Name).sort()).toEqual([
      'eu-central-1a',
      'eu-central-1b',
      'eu-central-1c',
    ]);
    const input = { CacheSubnetGroupName: 'bad', CacheSubnetGroupDescription: 'x', SubnetIds: ['subnet-0'] };
    await expect(cache.send(new CreateCacheSubnetGroupCommand(input))).rejects.toMatchObject({ name: 'InvalidSubnet' });
  });

  it('keeps the subnets that nodes stand in, and stays while it is used', async () => {
    await aSubnetGroup(aws);
    await cache.send(new CreateReplicationGroupCommand(aGroupRequest({})));
    aws.clock.advance(6 * MINUTE_MS);
    const [first = '', second = ''] = await cache.subnetIds();
    const keep = (id: string) =>
      cache.send(new ModifyCacheSubnetGroupCommand({ CacheSubnetGroupName, SubnetIds: [id] }));
    await expect(keep(second)).rejects.toMatchObject({ name: 'SubnetInUse' });
    await keep(first);
    await expect(cache.send(new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName }))).rejects.toMatchObject({
      name: 'CacheSubnetGroupInUse',
    });
  });
});

describe('engine versions', () => {
  it('are listed as requests name them, with their families', async () => {
    const { CacheEngineVersions } = await cache.send(
      new DescribeCacheEngineVersionsCommand({ CacheParameterGroupFamily: 'redis7' }),
    );
    expect(CacheEngineVersions?.map(({ EngineVersion }) => EngineVersion)).toEqual(['7.0', '7.1']);
  });
});
