import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const redis = aRedisCluster({ authEnabled: true });
const MINUTE_MS = 60_000;
const PARTS_READ =
  /^(DescribeCacheSubnetGroups|DescribeCacheParameterGroups|DescribeCacheParameters|DescribeSecurityGroups)$/;

const createIntent = () => world.find(redis)?.status?.createIntent;
const read = (calls: readonly string[]) => calls.filter((call) => /^(Describe|Get|BatchGet|List)/.test(call));

/** One pass that asks AWS for the group in vain, for certain or not. */
async function failToCreate(fault: { readonly error: string } | { readonly drop: true }): Promise<void> {
  world.aws.faults.add({ service: 'elasticache', operation: 'CreateReplicationGroup', ...fault });
  await world.check(redis);
  world.advance(MINUTE_MS);
}

describe('a new object', () => {
  it('is made without asking for parts that are not there', async () => {
    world.put(redis);
    await world.check(redis);
    const calls = world.takeCalls();
    expect(read(calls)).toEqual(['DescribeReplicationGroups']);
    expect(calls.at(-1)).toBe('CreateReplicationGroup');
  });

  it('looks for its parts when an attempt was made before, and makes none twice', async () => {
    world.put(redis);
    await failToCreate({ error: 'InsufficientCacheClusterCapacity' });
    world.takeCalls();
    await world.check(redis);
    const calls = world.takeCalls();
    expect(read(calls)).toEqual(expect.arrayContaining(['DescribeCacheSubnetGroups', 'DescribeSecurityGroups']));
    expect(calls.filter((call) => call.startsWith('Create'))).toEqual(['CreateReplicationGroup']);
  });

  it('takes its parts as they were made when it is first checked, and reads them all in a new process', async () => {
    world.put(redis);
    await world.check(redis);
    world.takeCalls();
    await world.untilReady(redis);
    expect(world.takeCalls().filter((call) => PARTS_READ.test(call))).toEqual([]);
    world.restart();
    await world.check(redis);
    expect(
      world
        .takeCalls()
        .filter((call) => PARTS_READ.test(call))
        .toSorted(),
    ).toEqual([
      'DescribeCacheParameterGroups',
      'DescribeCacheParameters',
      'DescribeCacheSubnetGroups',
      'DescribeSecurityGroups',
    ]);
  });

  it('gets what was changed in its specification while AWS made it', async () => {
    world.put(redis);
    await world.check(redis);
    world.change(redis, { parameters: { 'maxmemory-policy': 'allkeys-lfu' } });
    world.takeCalls();
    await world.untilReady(redis);
    expect(world.takeCalls()).toContain('ModifyCacheParameterGroup');
  });
});

describe('an intent to create', () => {
  it('is withdrawn when the name is taken though the list did not show it: that is not ours', async () => {
    world.put(redis);
    await failToCreate({ error: 'ReplicationGroupAlreadyExists' });
    expect(createIntent()).toBeUndefined();
  });

  it('of an earlier attempt stays when the name is taken: that may be what it made', async () => {
    world.put(redis);
    await failToCreate({ drop: true });
    const earlier = createIntent();
    expect(earlier).toMatchObject({ attempt: 1 });
    await failToCreate({ error: 'ReplicationGroupAlreadyExists' });
    expect(createIntent()).toEqual(earlier);
  });
});

describe('a deletion', () => {
  const remove = async (): Promise<readonly string[]> => {
    world.takeCalls();
    world.remove(redis);
    await world.untilGone(redis);
    return world.takeCalls();
  };

  it('takes the word of AWS that nothing stands in the subnet group for the end of the group', async () => {
    world.put(redis);
    await world.untilReady(redis);
    const calls = await remove();
    const subnetGroupDeletedAt = calls.indexOf('DeleteCacheSubnetGroup');
    expect(subnetGroupDeletedAt).toBeGreaterThan(calls.indexOf('DeleteReplicationGroup'));
    expect(calls.slice(subnetGroupDeletedAt)).not.toContain('DescribeReplicationGroups');
  });

  it('asks for the group once more where it has not heard AWS say so', async () => {
    const before = await world.resources();
    world.put(redis);
    await world.untilReady(redis);
    world.remove(redis);
    const fault = {
      service: 'elasticache',
      operation: 'DeleteCacheParameterGroup',
      error: 'InvalidCacheParameterGroupState',
    };
    world.aws.faults.add({ ...fault, count: 9 });
    const isSubnetGroupGone = (): boolean => world.takeCalls().includes('DeleteCacheSubnetGroup');
    await world.until(redis, isSubnetGroupGone);
    // A process that begins now finds no subnet group, and so nothing that AWS could refuse.
    world.aws.faults.clear();
    world.restart();
    world.advance(10 * MINUTE_MS);
    await world.untilGone(redis);
    expect(world.takeCalls().at(-1)).toBe('DescribeReplicationGroups');
    world.advance(10 * MINUTE_MS);
    expect(await world.resources()).toEqual(before);
  });
});
