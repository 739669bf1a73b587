import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import { findCondition } from '../../kube/index.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const redis = aRedisCluster();
const pause = (value: string | undefined) => world.annotate(redis, { [ANNOTATIONS.pause]: value });
const status = () => world.find(redis)?.status ?? {};
const paused = () => findCondition(status().conditions, 'Paused');

async function nodeType(): Promise<string | undefined> {
  const { ReplicationGroups: groups } = await world.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
  return groups?.[0]?.CacheNodeType;
}

describe('an object that is paused', () => {
  it('is left as it is: AWS is not even asked, and the Secret stays as somebody made it', async () => {
    world.put(redis);
    await world.untilReady(redis);
    pause('true');
    world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
    world.misguide({ host: 'elsewhere', port: 1 });
    world.takeCalls();
    const outcome = await world.check(redis);
    expect(outcome).toMatchObject({ kind: 'stopAndForget', reason: 'paused' });
    expect(world.takeCalls()).toEqual([]);
    expect(world.published()?.endpoint.host).toBe('elsewhere');
  });

  it('says so and how to go on, and otherwise what it said before, of the specification of before', async () => {
    world.put(redis);
    await world.untilReady(redis);
    const before = status();
    pause('true');
    world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
    await world.check(redis);
    const { conditions = [], ...rest } = status();
    expect({ ...rest, conditions: conditions.filter(({ type }) => type !== 'Paused') }).toEqual(before);
    expect(rest.observedGeneration).toBe(1);
    expect(paused()).toMatchObject({
      status: 'True',
      reason: 'Paused',
      message: `Nothing is done for this object, until the annotation ${ANNOTATIONS.pause} is taken away.`,
    });
    await world.check(redis);
    expect(world.announcements.filter(({ reason }) => reason === 'Paused')).toHaveLength(1);
  });

  it('goes on at once when the annotation is taken away, with all that was asked meanwhile', async () => {
    world.put(redis);
    await world.untilReady(redis);
    pause('true');
    world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
    await world.check(redis);
    pause(undefined);
    await world.check(redis);
    expect(paused()).toBeUndefined();
    expect(status()).toMatchObject({ state: 'Processing', observedGeneration: 2 });
    await world.untilReady(redis);
    expect(await nodeType()).toBe('cache.m7g.xlarge');
  });

  it('is looked at all over when it goes on', async () => {
    world.put(redis);
    await world.untilReady(redis);
    world.advance(600_000);
    await world.check(redis);
    pause('true');
    await world.check(redis);
    pause(undefined);
    world.takeCalls();
    await world.check(redis);
    expect(world.takeCalls()).toContain('DescribeCacheParameters');
  });

  it('is not deleted either, until it goes on', async () => {
    const before = await world.resources();
    world.put(redis);
    await world.untilReady(redis);
    pause('true');
    world.remove(redis);
    await world.check(redis);
    expect(await nodeType()).toBe('cache.m7g.large');
    expect(world.find(redis)?.metadata.finalizers).toHaveLength(1);
    expect(paused()?.message).toContain('its deletion neither');
    pause(undefined);
    await world.untilGone(redis);
    expect(await world.resources()).toEqual(before);
  });

  it('before it was begun is not begun, and claims to have looked at nothing', async () => {
    world.put(redis);
    pause('true');
    await world.check(redis);
    expect(world.takeCalls()).toEqual([]);
    expect(status()).toMatchObject({ observedGeneration: -1, conditions: [{ type: 'Paused' }] });
    expect(world.find(redis)?.metadata.finalizers ?? []).toEqual([]);
  });
});

it.each(['false', '', 'True', 'yes'])('the value %o pauses nothing', async (value) => {
  world.put(redis);
  pause(value);
  await world.untilReady(redis);
  expect(paused()).toBeUndefined();
});
