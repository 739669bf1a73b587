import { DescribeReplicationGroupsCommand, ModifyReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import { findCondition } from '../../kube/index.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(async () => {
  await world.stop();
  if (world.refusals.length > 0) throw new Error(`Clients were refused:\n${world.refusals.join('\n')}`);
});

const SECRET = 'cm-demo/authToken';
const GRACE_MS = 600_000;
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const phaseOf = (redis: RedisObject) => world.find(redis)?.status?.authToken?.phase;
const conditionOf = (redis: RedisObject, type: string) => findCondition(world.find(redis)?.status?.conditions, type);
const request = (redis: RedisObject, value: string) => world.annotate(redis, { [ANNOTATIONS.rotateAuthToken]: value });
const modifications = () => world.takeCalls().filter((call) => call === 'ModifyReplicationGroup').length;

async function storedToken(): Promise<string | undefined> {
  return (await world.aws.secretsManager().send(new GetSecretValueCommand({ SecretId: SECRET }))).SecretString;
}

const writeToken = (SecretString: string) =>
  world.aws.secretsManager().send(new PutSecretValueCommand({ SecretId: SECRET, SecretString }));

async function ready(redis: RedisObject): Promise<string> {
  world.put(redis);
  await world.untilSettled(redis);
  world.takeCalls();
  return world.published()?.authString ?? '';
}

function untilCarriedOut(redis: RedisObject, value: string): Promise<number> {
  return world.until(redis, (now) => {
    const { authToken, handledRequests } = now?.status ?? {};
    return handledRequests?.rotateAuthToken === value && authToken?.phase === 'Settled';
  });
}

/** Passes, each when the last one asked for it, until the phase is over; answers with the phases and states on the way. */
async function follow(redis: RedisObject): Promise<{ phases: readonly unknown[]; states: readonly unknown[] }> {
  const phases: unknown[] = [];
  const states: unknown[] = [];
  await world.until(redis, (now) => {
    const { state, authToken } = now?.status ?? {};
    if (phases.at(-1) !== authToken?.phase) phases.push(authToken?.phase);
    if (states.at(-1) !== state) states.push(state);
    return phases.length > 1 && authToken?.phase === 'Settled';
  });
  return { phases, states };
}

describe.each([
  { kind: 'RedisInstance', aRedis: aRedisInstance },
  { kind: 'RedisCluster', aRedis: aRedisCluster },
])('the token of a $kind', ({ aRedis }) => {
  const redis = aRedis({ authEnabled: true });

  it('is replaced when somebody asks, in phases, and the object is ready all the time', async () => {
    const before = await ready(redis);
    request(redis, 'first');
    await world.check(redis);
    expect(phaseOf(redis)).toBe('Rotating');
    expect(world.published()?.authString).toBe(before);
    expect(conditionOf(redis, 'Ready')).toMatchObject({ status: 'True' });
    expect(conditionOf(redis, 'Updating')?.message).toBe(
      'ElastiCache takes in a new token beside the one that the Secret has.',
    );
    const { phases, states } = await follow(redis);
    expect(phases).toEqual(['Rotating', 'Published', 'Setting', 'Settled']);
    expect(states).toEqual(['Ready']);
    expect(conditionOf(redis, 'Updating')).toBeUndefined();
    expect(world.published()?.authString).toBe(await storedToken());
    expect(world.validTokens()).toEqual([await storedToken()]);
    expect(await storedToken()).not.toBe(before);
    expect(world.find(redis)?.status?.handledRequests).toEqual({ rotateAuthToken: 'first' });
    const told = world.announcements.filter(({ reason }) => reason === 'AuthTokenPublished');
    expect(told).toMatchObject([{ type: 'Normal', message: expect.stringContaining('The Secret has a new token') }]);
  });

  it('is the only way in only when the published one was there for the grace time', async () => {
    const before = await ready(redis);
    request(redis, 'first');
    await world.until(redis, () => phaseOf(redis) === 'Published');
    const publishedMs = world.aws.clock.now();
    expect(world.published()?.authString).not.toBe(before);
    expect(world.validTokens()).toEqual([before, world.published()?.authString]);
    expect(conditionOf(redis, 'Updating')?.message).toMatch(/the one before is accepted until 20\S+Z\.$/);
    world.takeCalls();
    await world.until(redis, () => modifications() > 0);
    const waitedMs = world.aws.clock.now() - publishedMs;
    expect(waitedMs).toBeGreaterThanOrEqual(GRACE_MS - 1_000);
    expect(waitedMs).toBeLessThanOrEqual(GRACE_MS + 1_000);
  });

  it('is replaced after so many days, to the minute, and no sooner', async () => {
    const scheduled = aRedis({ authEnabled: true, authTokenRotationDays: 30 });
    const first = await ready(scheduled);
    const cameMs = Date.parse(world.find(scheduled)?.status?.authToken?.publishedAt ?? '');
    world.advance(cameMs + 30 * DAY_MS - MINUTE_MS - world.aws.clock.now());
    const outcome = await world.check(scheduled);
    expect(outcome).toMatchObject({ delayMs: expect.toSatisfy((delayMs: number) => delayMs <= MINUTE_MS) });
    expect(phaseOf(scheduled)).toBe('Settled');
    world.advance(MINUTE_MS);
    await world.check(scheduled);
    expect(phaseOf(scheduled)).toBe('Rotating');
    await world.untilSettled(scheduled);
    const second = world.published()?.authString;
    expect(second).not.toBe(first);
    world.advance(29 * DAY_MS);
    await world.check(scheduled);
    expect(phaseOf(scheduled)).toBe('Settled');
    world.advance(DAY_MS);
    await world.check(scheduled);
    await world.untilSettled(scheduled);
    expect(world.published()?.authString).not.toBe(second);
  });
});

describe('a request', () => {
  const redis = aRedisInstance({ authEnabled: true });

  it('is carried out once for each value, whatever restarts', async () => {
    await ready(redis);
    request(redis, 'first');
    await world.check(redis);
    await world.untilSettled(redis);
    const token = world.published()?.authString;
    for (let restarts = 0; restarts < 3; restarts++) {
      world.restart();
      world.advance(HOUR_MS);
      await world.check(redis);
    }
    world.annotate(redis, { [ANNOTATIONS.rotateAuthToken]: undefined });
    await world.check(redis);
    request(redis, 'first');
    await world.check(redis);
    expect(world.published()?.authString).toBe(token);
    expect(phaseOf(redis)).toBe('Settled');
    request(redis, 'second');
    await untilCarriedOut(redis, 'second');
    expect(world.published()?.authString).not.toBe(token);
  });

  /** A whole rotation, of which the status of one pass is lost, counted from 0; answers with how many passes it took. */
  async function rotateLosing(lost: number): Promise<number> {
    const value = `the status of pass ${lost} is lost`;
    world.advance(HOUR_MS);
    request(redis, value);
    if (lost === 0) world.loseNextStatus();
    let passes = 0;
    await world.until(
      redis,
      (now) => {
        passes += 1;
        if (passes === lost) world.loseNextStatus();
        return now?.status?.handledRequests?.rotateAuthToken === value && phaseOf(redis) === 'Settled';
      },
      HOUR_MS,
    );
    return passes;
  }

  it('is carried out within the hour, whichever status is lost on the way', async () => {
    await ready(redis);
    let lost = 0;
    while (lost < (await rotateLosing(lost))) lost += 1;
    expect(lost).toBeGreaterThan(5);
  });

  it('that comes during a rotation is taken after it', async () => {
    const before = await ready(redis);
    request(redis, 'first');
    await world.until(redis, () => phaseOf(redis) === 'Published');
    const first = world.published()?.authString;
    request(redis, 'second');
    await world.check(redis);
    expect(world.validTokens()).toEqual([before, first]);
    await world.untilSettled(redis);
    expect(world.validTokens()).toEqual([first]);
    await untilCarriedOut(redis, 'second');
    expect(world.published()?.authString).not.toBe(first);
  });

  it('that is there before the first token, or while there is none, changes nothing', async () => {
    const open = aRedisInstance();
    world.put(open);
    request(open, 'early');
    await world.untilReady(open);
    world.takeCalls();
    request(open, 'late');
    await world.check(open);
    expect(world.takeCalls().filter((call) => !/^(Describe|Get|BatchGet)/.test(call))).toEqual([]);
    expect(world.find(open)?.status?.handledRequests).toEqual({ rotateAuthToken: 'late' });
    expect(world.announcements.filter(({ reason }) => reason === 'NothingToRotate')).toHaveLength(1);
  });

  it('with a very long value is carried out once, too', async () => {
    await ready(redis);
    request(redis, 'x'.repeat(100_000));
    await world.check(redis);
    expect(world.find(redis)?.status?.handledRequests?.rotateAuthToken).toMatch(/^sha256:/);
    await world.untilSettled(redis);
    const token = world.published()?.authString;
    world.restart();
    await world.check(redis);
    expect([world.published()?.authString, phaseOf(redis)]).toEqual([token, 'Settled']);
  });

  it('comes after what else was asked, and what is asked meanwhile does not wait for the grace time', async () => {
    await ready(redis);
    world.change(redis, { cacheNodeType: 'cache.m7g.xlarge' });
    request(redis, 'first');
    await world.until(redis, () => phaseOf(redis) === 'Rotating');
    const { ReplicationGroups: groups } = await world.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
    expect(groups?.[0]?.CacheNodeType).toBe('cache.m7g.xlarge');
    await world.until(redis, () => phaseOf(redis) === 'Published');
    const publishedMs = world.aws.clock.now();
    world.change(redis, { autoMinorVersionUpgrade: true });
    await world.until(redis, (now) => now?.status?.state === 'Processing');
    await world.untilReady(redis);
    expect(phaseOf(redis)).toBe('Published');
    expect(world.aws.clock.now() - publishedMs).toBeLessThan(GRACE_MS);
    await world.untilSettled(redis);
  });

  it('that AWS refuses shows why, and succeeds when AWS relents', async () => {
    const before = await ready(redis);
    world.aws.faults.add({
      service: 'elasticache',
      operation: 'ModifyReplicationGroup',
      error: { code: 'InvalidParameterValue', message: 'No such tokens today' },
    });
    request(redis, 'first');
    await world.check(redis);
    expect(conditionOf(redis, 'Error')?.message).toContain('No such tokens today');
    expect(world.published()?.authString).toBe(before);
    world.advance(60_000);
    await world.check(redis);
    await world.untilSettled(redis);
    expect(world.published()?.authString).not.toBe(before);
  });
});

describe('a secret that somebody edits', () => {
  const redis = aRedisInstance({ authEnabled: true });
  const edit = async (token: string): Promise<void> => {
    await writeToken(token);
    world.restart();
    await world.check(redis);
  };

  it('has its token published, and the one before accepted for the grace time', async () => {
    const before = await ready(redis);
    await edit('a-token-that-somebody-chose');
    await world.until(redis, () => phaseOf(redis) === 'Published');
    expect(world.validTokens()).toEqual([before, 'a-token-that-somebody-chose']);
    await world.untilSettled(redis);
    expect(world.validTokens()).toEqual(['a-token-that-somebody-chose']);
  });

  it.each(['Rotating', 'Published', 'Setting'])('again while the last edit is %s waits for its turn', async (phase) => {
    await ready(redis);
    await edit('a-token-that-somebody-chose');
    await world.until(redis, () => phaseOf(redis) === phase);
    await edit('another-token-of-somebody');
    await world.until(redis, () => world.published()?.authString === 'a-token-that-somebody-chose');
    await world.until(redis, () => world.published()?.authString === 'another-token-of-somebody');
    await world.untilSettled(redis);
    expect(world.validTokens()).toEqual(['another-token-of-somebody']);
  });
});

it('a token that somebody put beside the published one is taken away without a grace time', async () => {
  const redis = aRedisInstance({ authEnabled: true });
  const token = await ready(redis);
  const theirs = { ReplicationGroupId: 'cm-demo', AuthToken: 'a-token-that-is-not-ours', ApplyImmediately: true };
  await world.aws
    .elastiCache()
    .send(new ModifyReplicationGroupCommand({ ...theirs, AuthTokenUpdateStrategy: 'ROTATE' }));
  world.advance(10 * MINUTE_MS);
  expect(world.validTokens()).toEqual([token, theirs.AuthToken]);
  await world.check(redis);
  const tookMs = await world.untilSettled(redis);
  expect(world.validTokens()).toEqual([token]);
  expect(tookMs).toBeLessThan(GRACE_MS);
});

describe('authentication that is switched on', () => {
  it('lets clients without a token in for the grace time, says so, and is not ready before', async () => {
    const redis = aRedisCluster();
    await ready(redis);
    world.change(redis, { authEnabled: true });
    await world.until(redis, () => phaseOf(redis) === 'Published');
    expect(world.validTokens()).toEqual(['', await storedToken()]);
    expect(world.find(redis)?.status?.state).toBe('Processing');
    expect(conditionOf(redis, 'Updating')?.message).toMatch(/clients without one are let in until 20\S+Z\.$/);
    const publishedMs = world.aws.clock.now();
    await world.untilReady(redis);
    expect(world.aws.clock.now() - publishedMs).toBeGreaterThanOrEqual(GRACE_MS - 1_000);
    expect(world.validTokens()).toEqual([await storedToken()]);
    expect(phaseOf(redis)).toBe('Settled');
  });
});
