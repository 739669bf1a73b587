import { DescribeCacheParametersCommand, ModifyCacheParameterGroupCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { ANNOTATIONS } from '../../api/names.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const redis = aRedisInstance();
const request = (value: string) => world.annotate(redis, { [ANNOTATIONS.reconcileNow]: value });
const handled = () => world.find(redis)?.status?.handledRequests?.reconcileNow;
const LOOK_MS = 600_000;

async function atRest(): Promise<void> {
  world.put(redis);
  await world.untilReady(redis);
  for (let looks = 0; looks < 3; looks++) {
    world.advance(LOOK_MS);
    await world.check(redis);
  }
  world.takeCalls();
}

async function parameters(): Promise<unknown> {
  const command = new DescribeCacheParametersCommand({ CacheParameterGroupName: 'cm-demo', Source: 'user' });
  const { Parameters: found } = await world.aws.elastiCache().send(command);
  return found?.map(({ ParameterName: name, ParameterValue: value }) => [name, value]);
}

describe('a request to reconcile now', () => {
  it('checks everything at once, and puts right what only a full check sees', async () => {
    await atRest();
    const ParameterNameValues = [{ ParameterName: 'timeout', ParameterValue: '77' }];
    const drift = { CacheParameterGroupName: 'cm-demo', ParameterNameValues };
    await world.aws.elastiCache().send(new ModifyCacheParameterGroupCommand(drift));
    await world.check(redis);
    expect(await parameters()).toEqual([['timeout', '77']]);
    request('one');
    await world.check(redis);
    expect(await parameters()).toEqual([]);
    expect(handled()).toBe('one');
  });

  it('is heeded once for each value', async () => {
    await atRest();
    request('one');
    await world.check(redis);
    expect(world.takeCalls()).toContain('DescribeCacheParameters');
    await world.check(redis);
    expect(world.takeCalls()).toEqual(['DescribeReplicationGroups', 'DescribeSecurityGroups']);
    request('two');
    await world.check(redis);
    expect(world.takeCalls()).toContain('DescribeCacheParameters');
    expect(handled()).toBe('two');
  });

  it('is not lost while AWS is at work, nor when the check fails, and is heeded afterwards', async () => {
    await atRest();
    await world.maintain('snapshot');
    request('one');
    await world.check(redis);
    expect(handled()).toBeUndefined();
    world.advance(120_000);
    world.aws.faults.add({
      service: 'elasticache',
      operation: 'DescribeCacheClusters',
      error: 'InternalFailure',
      count: 9,
    });
    await world.check(redis);
    expect(handled()).toBeUndefined();
    world.aws.faults.clear();
    await world.until(redis, () => handled() === 'one');
  });

  it('tries at once what rests after failures', async () => {
    await world.stop();
    const quickly = { 'elasticache.replicationGroup.deleting': 1 };
    world = await startRedisWorld({ quotas: { 'elasticache.failingCreations': 1 }, durationsSeconds: quickly });
    world.put(redis);
    const isResting = async (): Promise<boolean> =>
      JSON.stringify(await world.check(redis)).includes('the last creation failed');
    while (!(await isResting())) world.advance(10_000);
    world.takeCalls();
    await world.check(redis);
    expect(world.takeCalls()).not.toContain('CreateReplicationGroup');
    request('one');
    await world.check(redis);
    expect(world.takeCalls()).toContain('CreateReplicationGroup');
  });
});
