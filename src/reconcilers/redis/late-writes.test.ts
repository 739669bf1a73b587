import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { findCondition } from '../../kube/conditions.ts';
import type { RedisObject } from './redis-kind.ts';

const MINUTE_MS = 60_000;

let world: RedisWorld;
let before: readonly string[];

beforeEach(async () => {
  // Longer than AWS may take to carry out what it did not answer.
  world = await startRedisWorld({ durationsSeconds: { 'elasticache.replicationGroup.deleting': 900 } });
  before = await world.resources();
});

afterEach(() => world.stop());

/** AWS does not answer the next `name`, and carries it out five minutes later. */
function carryOutLate(name: string): void {
  const end = world.aws.faults.intercept(({ operation }) => {
    if (operation !== name) return undefined;
    end();
    return { delayMs: 5 * MINUTE_MS };
  });
}

const errorOf = (object: RedisObject) => findCondition(world.find(object)?.status?.conditions, 'Error');

describe('a write that AWS carries out late', () => {
  it.each(['CreateCacheSubnetGroup', 'CreateCacheParameterGroup', 'CreateSecurityGroup', 'CreateSecret'])(
    '(%s) is waited for by an object that gives its name up, which says all the while who has the name',
    async (name) => {
      const younger = aRedisInstance({ authEnabled: true });
      const older = aRedisCluster();
      carryOutLate(name);
      world.put({ ...younger, metadata: { ...younger.metadata, creationTimestamp: '2026-01-01T10:00:01Z' } });
      await world.check(younger);
      world.put({ ...older, metadata: { ...older.metadata, creationTimestamp: '2026-01-01T10:00:00Z' } });
      const reasons = new Set<string | undefined>();
      await world.until(younger, (now) => {
        reasons.add(errorOf(younger)?.reason);
        return (now?.metadata.finalizers ?? []).length === 0;
      });
      expect([...reasons]).toEqual(['NameTaken']);
      world.advance(10 * MINUTE_MS);
      expect(await world.resources()).toEqual(before);
    },
  );

  it('is looked for again at the end of a deletion that found its part absent before', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    carryOutLate('CreateSecret');
    world.change(redis, { authEnabled: true });
    await world.check(redis);
    world.remove(redis);
    await world.untilGone(redis);
    world.advance(10 * MINUTE_MS);
    expect(await world.resources()).toEqual(before);
  });
});
