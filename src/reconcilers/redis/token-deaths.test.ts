import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAwsWrite } from '../../../test/support/aws-writes.ts';
import type { Death } from '../../../test/support/mortality.ts';
import { aRedisCluster } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { ANNOTATIONS } from '../../api/names.ts';

let world: RedisWorld;
beforeEach(async () => {
  // The fewer looks while AWS works, the fewer moments that are all alike.
  world = await startRedisWorld({ durationsSeconds: { 'elasticache.replicationGroup.modifying.access': 20 } });
});
afterEach(() => world.stop());

const redis = aRedisCluster({ authEnabled: true });
/** So long after a rotation no other one begins. */
const REST_MS = 6 * 60_000;

async function rotate(value: string): Promise<void> {
  world.advance(REST_MS);
  world.annotate(redis, { [ANNOTATIONS.rotateAuthToken]: value });
  await world.until(redis, (now) => {
    const { authToken, handledRequests } = now?.status ?? {};
    return handledRequests?.rotateAuthToken === value && authToken?.phase === 'Settled';
  });
}

/** One rotation for each death; answers with how many tokens they brought. */
async function rotateDying(deaths: readonly Death[]): Promise<number> {
  const tokens = new Set([world.published()?.authString]);
  for (const death of deaths) {
    world.mortality.dieAt(death);
    await rotate(JSON.stringify(death));
    expect(world.mortality.isDead, JSON.stringify(death)).toBe(true);
    world.mortality.revive();
    expect(world.validTokens(), JSON.stringify(death)).toEqual([world.published()?.authString]);
    tokens.add(world.published()?.authString);
  }
  expect(world.refusals).toEqual([]);
  return tokens.size - 1;
}

/** What an undisturbed rotation asks of AWS, and how often it writes to Kubernetes. */
async function undisturbed(): Promise<{ readonly calls: readonly string[]; readonly writes: number }> {
  world.put(redis);
  await world.untilSettled(redis);
  world.takeCalls();
  const { writes } = world.mortality;
  await rotate('undisturbed');
  return { calls: world.takeCalls(), writes: world.mortality.writes - writes };
}

it('a rotation refuses nobody and brings one new token, at whatever call to AWS the process dies', async () => {
  const { calls } = await undisturbed();
  const after = calls.map((_, at) => ({ of: 'aws', when: 'after', at }) as const);
  // To have read something is as good as not to have read it.
  const before = after
    .filter(({ at }) => isAwsWrite(calls[at] ?? ''))
    .map((death) => ({ ...death, when: 'before' }) as const);
  expect(before).toHaveLength(3);
  const deaths = [...before, ...after];
  expect(await rotateDying(deaths)).toBe(deaths.length);
}, 240_000);

it.each(['before', 'after'] as const)(
  'a rotation refuses nobody and brings one new token, at whatever write to Kubernetes the process dies, %s it',
  async (when) => {
    const { writes } = await undisturbed();
    const deaths = Array.from({ length: writes }, (_, at) => ({ of: 'kubernetes', when, at }) as const);
    expect(await rotateDying(deaths)).toBe(writes);
  },
  240_000,
);
