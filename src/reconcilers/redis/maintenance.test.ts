import { ModifyReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { findCondition } from '../../kube/index.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const LOOK_MS = 600_000;
const updatingOf = (redis: RedisObject) => findCondition(world.find(redis)?.status?.conditions, 'Updating');
const typesOf = (redis: RedisObject) => world.find(redis)?.status?.conditions?.map(({ type }) => type);

/** An object at rest, of which a look is enough. */
async function atRest(redis: RedisObject): Promise<void> {
  world.put(redis);
  await world.untilReady(redis);
  for (let looks = 0; looks < 3; looks++) {
    world.advance(LOOK_MS);
    await world.check(redis);
  }
  world.takeCalls();
}

it.each([
  { kind: 'nodes', says: /^ElastiCache is updating by itself, as in its maintenance/ },
  { kind: 'engineVersion', says: /^ElastiCache is updating by itself, as in its maintenance/ },
  { kind: 'snapshot', says: /^ElastiCache takes a snapshot\.$/ },
] as const)('shows since when AWS is at work by itself ($kind), and stays ready', async ({ kind, says }) => {
  const redis = aRedisCluster();
  await atRest(redis);
  await world.maintain(kind);
  world.advance(LOOK_MS / 10);
  await world.check(redis);
  const updating = updatingOf(redis);
  expect(updating).toMatchObject({ status: 'True', reason: 'Updating', message: expect.stringMatching(says) });
  const states = new Set<unknown>();
  const times = new Set<string | undefined>();
  await world.until(redis, (now) => {
    states.add(now?.status?.state);
    times.add(updatingOf(redis)?.lastTransitionTime);
    return updatingOf(redis) === undefined;
  });
  expect([...states]).toEqual(['Ready']);
  expect([...times]).toEqual([updating?.lastTransitionTime, undefined]);
  expect(typesOf(redis)).toEqual(['Ready']);
  expect(world.announcements.filter(({ type }) => type === 'Warning')).toEqual([]);
});

it('tells the version that runs as soon as an upgrade by AWS is over', async () => {
  const redis = aRedisCluster({ autoMinorVersionUpgrade: true });
  await atRest(redis);
  await world.maintain('engineVersion');
  await world.check(redis);
  expect(updatingOf(redis)?.message).toBe(
    'ElastiCache is updating by itself, as in its maintenance, or because somebody else asked it to (engine version: 7.1.0).',
  );
  expect(world.find(redis)?.status).toMatchObject({ engineVersion: '7.0.7', state: 'Ready' });
  const tookMs = await world.until(redis, () => updatingOf(redis) === undefined);
  expect(world.find(redis)?.status).toMatchObject({ engineVersion: '7.1.0', state: 'Ready' });
  // AWS takes ten minutes, and its members a moment more.
  expect(tookMs).toBeLessThanOrEqual(LOOK_MS + 60_000);
});

it('asks AWS for no more than a look and a full check because of a snapshot or new nodes', async () => {
  const redis = aRedisInstance();
  await atRest(redis);
  await world.maintain('snapshot');
  await world.check(redis);
  await world.until(redis, () => updatingOf(redis) === undefined);
  const afterSnapshot = world.takeCalls().filter((call) => call !== 'DescribeReplicationGroups');
  expect(afterSnapshot).toEqual(['DescribeSecurityGroups']);
  await world.maintain('nodes');
  await world.check(redis);
  await world.until(redis, () => updatingOf(redis) === undefined);
  const calls = world.takeCalls();
  expect(calls.filter((call) => call === 'DescribeCacheParameters')).toHaveLength(1);
  // Once to tell what AWS does to them, and once in the full check, unless they are a little late.
  expect(calls.filter((call) => call === 'DescribeCacheClusters').length).toBeLessThanOrEqual(3);
});

it('is not ready while a specification that is not reached yet waits for AWS', async () => {
  const redis = aRedisCluster();
  await atRest(redis);
  await world.maintain('nodes');
  world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
  await world.check(redis);
  expect(world.find(redis)?.status).toMatchObject({ state: 'Processing', observedGeneration: 2 });
  await world.untilReady(redis);
  expect(world.find(redis)?.status).toMatchObject({ nodeType: 'cache.m7g.xlarge', observedGeneration: 2 });
});

it('says what it has asked for itself, as long as AWS is at it', async () => {
  const redis = aRedisCluster();
  await atRest(redis);
  world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
  const messages = new Set<string | undefined>();
  await world.until(redis, (now) => {
    messages.add(updatingOf(redis)?.message);
    return now?.status?.state === 'Ready';
  });
  expect([...messages][0]).toBe('ElastiCache changes cacheNodeType from cache.m7g.large to cache.m7g.xlarge.');
  expect([...messages].filter((message) => message?.includes('by itself'))).toEqual([]);
});

it('tells what somebody has asked AWS to do in the next maintenance window', async () => {
  const redis = aRedisInstance({ preferredMaintenanceWindow: 'sun:23:00-mon:01:30' });
  await atRest(redis);
  const change = { ReplicationGroupId: 'cm-demo', EngineVersion: '7.1', ApplyImmediately: false };
  await world.aws.elastiCache().send(new ModifyReplicationGroupCommand(change));
  world.restart();
  await world.check(redis);
  expect(updatingOf(redis)?.message).toBe('ElastiCache has accepted and not yet carried out: engine version: 7.1.0.');
  expect(world.find(redis)?.status).toMatchObject({ state: 'Ready', pending: ['engine version: 7.1.0'] });
});
