import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const redis = aRedisInstance();
const condition = (wanted: string) => world.find(redis)?.status?.conditions?.find(({ type }) => type === wanted);

describe('a refusal of AWS', () => {
  it.each([
    { operation: 'CreateReplicationGroup', code: 'InsufficientCacheClusterCapacity', said: 'capacity' },
    { operation: 'CreateReplicationGroup', code: 'NodeQuotaForCustomerExceeded', said: 'quota' },
    { operation: 'CreateReplicationGroup', code: 'InvalidParameterValue', said: 'does not accept a value' },
    { operation: 'CreateCacheParameterGroup', code: 'AccessDenied', said: 'does not permit' },
    { operation: 'DescribeReplicationGroups', code: 'AccessDenied', said: 'does not permit' },
  ])('($code of $operation) is shown with its code, and mends itself when the cause goes', async (refusal) => {
    const { operation, code, said } = refusal;
    world.aws.faults.add({ service: 'elasticache', operation, error: { code, message: 'No.' }, count: 3 });
    world.put(redis);
    await world.check(redis);
    const { reason, message } = condition('Error') ?? {};
    expect(reason).toBe('CloudProviderError');
    expect(message).toContain(code);
    expect(message).toContain(said);
    expect(message).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    await world.untilReady(redis);
    expect(condition('Error')).toBeUndefined();
  });

  it('is tried again once a minute at first, and once in 15 minutes at last', async () => {
    world.aws.faults.add({
      service: 'elasticache',
      operation: 'CreateReplicationGroup',
      error: 'NodeQuotaForCustomerExceeded',
      count: 1000,
    });
    world.put(redis);
    const minutes: number[] = [];
    for (let pass = 0; pass < 9; pass++) {
      const outcome = await world.check(redis);
      const delayMs = outcome?.kind === 'stopWithRequeueDelay' ? outcome.delayMs : 0;
      minutes.push(Math.round(delayMs / 60_000));
      world.advance(delayMs);
    }
    expect(minutes[0]).toBe(1);
    expect(minutes.at(-1)).toBe(15);
    expect(minutes).toEqual(minutes.toSorted((a, b) => a - b));
  });

  it('while deleting is shown too, and the finalizer stays', async () => {
    world.put(redis);
    await world.untilReady(redis);
    const operation = 'DeleteReplicationGroup';
    world.aws.faults.add({ service: 'elasticache', operation, error: 'AccessDenied', count: 2 });
    world.remove(redis);
    await world.check(redis);
    expect(condition('Error')?.message).toContain('AccessDenied');
    expect(world.find(redis)?.metadata.finalizers).toHaveLength(1);
    await world.untilGone(redis);
  });
});

describe('a passing failure of AWS', () => {
  it.each([
    { name: 'throttling', fault: { error: 'Throttling', count: 200 } },
    { name: 'dropped connections', fault: { drop: true, count: 200 } },
    { name: 'internal failures', fault: { error: { code: 'InternalFailure', httpStatus: 500 }, count: 200 } },
  ])('($name) leaves a Redis that is ready so', async ({ fault }) => {
    world.put(redis);
    await world.untilReady(redis);
    world.aws.faults.add({ service: 'elasticache', operation: '*', ...fault });
    world.advance(600_000);
    await world.check(redis);
    expect(world.find(redis)?.status?.state).toBe('Ready');
    expect(condition('Error')).toBeUndefined();
  });

  it.each(['ModifyReplicationGroupShardConfiguration', 'ModifyReplicationGroup', 'IncreaseReplicaCount'])(
    'of %s during a change is no error of the Redis',
    async (operation) => {
      const cluster = aRedisCluster();
      world.put(cluster);
      await world.untilReady(cluster);
      world.aws.faults.add({ service: 'elasticache', operation, error: 'Throttling', count: 100 });
      world.change(cluster, { shardCount: 4, replicasPerShard: 2, cacheNodeType: 'cache.m7g.xlarge' });
      const states: unknown[] = [];
      await world.until(cluster, (now) => states.push(now?.status?.state) > 40);
      expect(states).not.toContain('Error');
      world.aws.faults.clear();
      await world.untilReady(cluster);
    },
  );

  it('of a create whose answer was lost ends in one group, found by observation', async () => {
    world.aws.faults.add({ service: 'elasticache', operation: 'CreateReplicationGroup', drop: true, when: 'after' });
    world.put(redis);
    await world.untilReady(redis);
    const creations = world.takeCalls().filter((call) => call === 'CreateReplicationGroup');
    expect(creations).toHaveLength(1);
  });
});

it('takes down what AWS could not create, tells why, and tries again ever less often', async () => {
  await world.stop();
  world = await startRedisWorld({ quotas: { 'elasticache.failingCreations': 2 } });
  world.put(redis);
  await world.until(redis, (now) => now?.status?.state === 'Error');
  expect(condition('Error')?.message).toContain('create-failed');
  expect(world.announcements).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'CreateFailed' }));
  const tookMs = await world.untilReady(redis);
  const failures = world.announcements.filter(({ reason }) => reason === 'CreateFailed');
  expect(failures).toHaveLength(2);
  expect(tookMs).toBeLessThan(45 * 60_000);
  const answer = await world.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
  expect(answer.ReplicationGroups).toMatchObject([{ Status: 'available' }]);
});

it('does not ask AWS for a change over and over that AWS accepts and does not show', async () => {
  const cluster = aRedisCluster();
  world.put(cluster);
  await world.untilReady(cluster);
  const operation = 'ModifyReplicationGroup';
  world.aws.faults.add({ service: 'elasticache', operation, error: 'InvalidParameterValue', count: 1000 });
  world.change(cluster, { cacheNodeType: 'cache.m7g.xlarge' });
  world.takeCalls();
  const endMs = world.aws.clock.monotonicMs() + 2 * 3_600_000;
  await world.until(cluster, () => world.aws.clock.monotonicMs() >= endMs);
  const asked = world.takeCalls().filter((call) => call === operation);
  expect(asked.length).toBeLessThanOrEqual(16);
});
