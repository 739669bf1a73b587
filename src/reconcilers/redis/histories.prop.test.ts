import {
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheParametersCommand,
  DescribeReplicationGroupsCommand,
  DescribeUserGroupsCommand,
  ModifyCacheParameterGroupCommand,
} from '@aws-sdk/client-elasticache';
import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aRedisCluster } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import type { RedisAws } from './redis-kind.ts';

/**
 * Whatever users ask for, whatever somebody does in AWS, whatever fails and whenever the process dies: in the end AWS has
 * what was asked last, and after the deletion it has nothing.
 */

type Event =
  | { readonly do: 'edit'; readonly fields: object }
  | { readonly do: 'passes'; readonly count: number }
  | { readonly do: 'advance'; readonly minutes: number }
  | { readonly do: 'die'; readonly at: number; readonly of: 'aws' | 'kubernetes'; readonly when: 'before' | 'after' }
  | { readonly do: 'refuse'; readonly operation: string }
  | { readonly do: 'throttle'; readonly count: number }
  | { readonly do: 'meddle'; readonly how: 'group' | 'secret' | 'token' | 'parameter' };

const edits = fc.oneof(
  fc.record({ authEnabled: fc.boolean() }),
  fc.record({ shardCount: fc.integer({ min: 1, max: 3 }), replicasPerShard: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ cacheNodeType: fc.constantFrom('cache.m7g.large', 'cache.m7g.xlarge') }),
  fc.record({ engineVersion: fc.constantFrom('7.0', '7.1') }),
  fc.record({ autoMinorVersionUpgrade: fc.boolean() }),
  fc.record({ parameters: fc.constantFrom({}, { timeout: '20' }, { 'active-defrag-cycle-max': '70' }) }),
);

const happening: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), fields: edits }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('passes' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.integer({ min: 1, max: 500 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('die' as const),
      at: fc.integer({ min: 0, max: 20 }),
      of: fc.constantFrom('aws', 'kubernetes'),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      operation: fc.constantFrom(
        'ModifyReplicationGroup',
        'CreateReplicationGroup',
        'CreateUserGroup',
        'DescribeCacheClusters',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('throttle' as const), count: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('meddle' as const),
      how: fc.constantFrom('group', 'secret', 'token', 'parameter'),
    }),
  },
);

const redis = aRedisCluster({ engineVersion: '6.x', authEnabled: true, shardCount: 1 });
const DAY_MS = 24 * 3_600_000;

/** What somebody else may do; AWS may refuse it, as it may refuse anybody. */
async function meddle({ aws }: RedisWorld, how: 'group' | 'secret' | 'token' | 'parameter'): Promise<void> {
  const elastiCache = aws.elastiCache();
  const SecretId = 'cm-demo/authToken';
  const ParameterNameValues = [{ ParameterName: 'timeout', ParameterValue: '77' }];
  const actions = {
    group: () => elastiCache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'cm-demo' })),
    secret: () => aws.secretsManager().send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
    token: () =>
      aws.secretsManager().send(new PutSecretValueCommand({ SecretId, SecretString: 'somebody-wrote-this-token' })),
    parameter: () =>
      elastiCache.send(
        new ModifyCacheParameterGroupCommand({ CacheParameterGroupName: 'cm-demo', ParameterNameValues }),
      ),
  };
  await actions[how]().catch(() => undefined);
}

async function happen(world: RedisWorld, event: Event): Promise<void> {
  switch (event.do) {
    case 'edit':
      return world.change(redis, event.fields);
    case 'passes': {
      let left = event.count;
      await world.until(redis, () => left-- <= 0);
      return;
    }
    case 'advance':
      return world.advance(event.minutes * 60_000);
    case 'die':
      return world.mortality.dieAt(event);
    case 'refuse':
      return world.aws.faults.add({
        service: 'elasticache',
        operation: event.operation,
        error: 'AccessDenied',
        count: 2,
      });
    case 'throttle':
      return world.aws.faults.add({ service: '*', operation: '*', error: 'Throttling', count: event.count });
    case 'meddle':
      return meddle(world, event.how);
  }
}

/** As much of AWS as the specification decides. */
async function inAws({ aws }: RedisWorld): Promise<object> {
  const elastiCache = aws.elastiCache();
  const { ReplicationGroups: groups } = await elastiCache.send(new DescribeReplicationGroupsCommand({}));
  const { CacheClusters: members = [] } = await elastiCache.send(new DescribeCacheClustersCommand({}));
  const { CacheParameterGroups: all = [] } = await elastiCache.send(new DescribeCacheParameterGroupsCommand({}));
  const { UserGroups: userGroups } = await elastiCache.send(new DescribeUserGroupsCommand({}));
  const query = { CacheParameterGroupName: 'cm-demo', Source: 'user' };
  const { Parameters: parameters = [] } = await elastiCache.send(new DescribeCacheParametersCommand(query));
  const group = groups?.[0];
  return {
    groups: groups?.length,
    status: group?.Status,
    cacheNodeType: group?.CacheNodeType,
    authEnabled: group?.AuthTokenEnabled,
    autoMinorVersionUpgrade: group?.AutoMinorVersionUpgrade,
    shards: group?.NodeGroups?.map(({ NodeGroupMembers: nodes }) => nodes?.length),
    multiAz: group?.MultiAZ,
    userGroups: userGroups?.length,
    versions: [...new Set(members.map(({ EngineVersion: version }) => version?.slice(0, 3)))],
    parameterGroups: all.map(({ CacheParameterGroupName: name }) => name).filter((name) => name?.startsWith('cm-')),
    parameters: Object.fromEntries(
      parameters.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]),
    ),
  };
}

function wanted(aws: RedisAws & { readonly shardCount: number; readonly replicasPerShard: number }): object {
  return {
    groups: 1,
    status: 'available',
    cacheNodeType: aws.cacheNodeType,
    authEnabled: aws.authEnabled,
    autoMinorVersionUpgrade: aws.autoMinorVersionUpgrade,
    shards: Array.from({ length: aws.shardCount }, () => aws.replicasPerShard + 1),
    multiAz: aws.replicasPerShard > 0 ? 'enabled' : 'disabled',
    userGroups: 0,
    versions: [expect.any(String)],
    parameterGroups: ['cm-demo'],
    parameters: { ...aws.parameters, 'cluster-enabled': 'yes' },
  };
}

async function play(history: readonly Event[]): Promise<void> {
  const world = await startRedisWorld();
  try {
    const before = await world.resources();
    world.put(redis);
    for (const event of history) await happen(world, event);
    world.aws.faults.clear();
    await world.untilSettled(redis);
    world.advance(DAY_MS);
    await world.check(redis);
    await world.untilSettled(redis);
    world.advance(DAY_MS);
    await world.check(redis);
    await world.untilSettled(redis);
    // The object was put in as a RedisCluster.
    const { aws } = (world.find(redis) ?? redis).spec.instance as { aws: Parameters<typeof wanted>[0] };
    expect(await inAws(world)).toEqual(wanted(aws));
    expect(world.validTokens()).toEqual([world.published()?.authString]);
    expect(world.published()?.authString === '').toBe(!aws.authEnabled);
    world.remove(redis);
    await world.untilGone(redis);
    world.advance(600_000);
    expect(await world.resources()).toEqual(before);
  } finally {
    await world.stop();
  }
}

const RUNS = Number(process.env['HISTORIES'] ?? 6);

it(
  'ends with what was asked last, and with nothing after the deletion',
  { timeout: 60_000 + RUNS * 10_000 },
  async () => {
    const histories = fc.array(happening, { minLength: 2, maxLength: 14 });
    await fc.assert(fc.asyncProperty(histories, play), {
      numRuns: RUNS,
      interruptAfterTimeLimit: 60_000 + RUNS * 8_000,
    });
  },
);
