import {
  DescribeReplicationGroupsCommand,
  DescribeUserGroupsCommand,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache';
import { DeleteSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const SECRET = 'cm-demo/authToken';
const DAY_MS = 24 * 3_600_000;

async function group() {
  const answer = await world.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
  return answer.ReplicationGroups?.[0];
}

async function userGroups(): Promise<readonly string[]> {
  const answer = await world.aws.elastiCache().send(new DescribeUserGroupsCommand({}));
  return (answer.UserGroups ?? []).map(({ UserGroupId: id }) => id ?? '');
}

async function storedToken(): Promise<string | undefined> {
  try {
    return (await world.aws.secretsManager().send(new GetSecretValueCommand({ SecretId: SECRET }))).SecretString;
  } catch {
    return undefined;
  }
}

/** Lets a full check come round. */
async function nextFullCheck(redis: ReturnType<typeof aRedisCluster>): Promise<void> {
  world.advance(DAY_MS);
  await world.check(redis);
}

describe('authentication', () => {
  it('that is switched on rotates the token in, waits, and then makes it the only way in', async () => {
    const redis = aRedisCluster();
    world.put(redis);
    await world.untilReady(redis);
    expect(world.published()?.authString).toBe('');
    world.takeCalls();
    world.change(redis, { authEnabled: true });
    await world.untilReady(redis);
    const modifications = world.takeCalls().filter((call) => call === 'ModifyReplicationGroup');
    expect(modifications).toHaveLength(2);
    expect(await group()).toMatchObject({ AuthTokenEnabled: true });
    expect(world.validTokens()).toEqual([await storedToken()]);
    expect(world.published()?.authString).toBe(await storedToken());
  });

  it('lets clients read the new token before the old way in is closed', async () => {
    const redis = aRedisCluster();
    world.put(redis);
    await world.untilReady(redis);
    world.change(redis, { authEnabled: true });
    await world.until(redis, () => (world.published()?.authString ?? '') !== '');
    expect(world.validTokens()).toContain('');
    await world.untilReady(redis);
    expect(world.validTokens()).not.toContain('');
  });

  it('that is switched off goes through a user group of our own and leaves neither it nor the secret', async () => {
    const redis = aRedisCluster({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    world.change(redis, { authEnabled: false });
    await world.untilReady(redis);
    expect(await group()).toMatchObject({ AuthTokenEnabled: false });
    expect((await group())?.UserGroupIds ?? []).toEqual([]);
    expect(await userGroups()).toEqual([]);
    expect(await storedToken()).toBeUndefined();
    expect(world.published()?.authString).toBe('');
    expect(world.find(redis)?.status).not.toHaveProperty('authToken');
  });

  it('keeps the secret until no server asks for its token', async () => {
    const redis = aRedisCluster({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    world.change(redis, { authEnabled: false });
    const locked: boolean[] = [];
    while ((await group())?.AuthTokenEnabled === true) {
      locked.push((await storedToken()) !== undefined);
      await world.check(redis);
      world.advance(10_000);
    }
    expect(locked.length).toBeGreaterThan(3);
    expect(locked).not.toContain(false);
    expect(world.find(redis)?.status?.state).toBe('Processing');
  });

  it.each([1, 2, 3, 5, 8, 12, 16, 20])(
    'can be switched on again %d passes after it was switched off',
    async (passes) => {
      const redis = aRedisCluster({ authEnabled: true });
      world.put(redis);
      await world.untilReady(redis);
      world.change(redis, { authEnabled: false });
      let left = passes;
      await world.until(redis, () => left-- <= 0);
      world.change(redis, { authEnabled: true });
      await world.untilReady(redis);
      expect(await group()).toMatchObject({ AuthTokenEnabled: true });
      expect(world.validTokens()).toEqual([await storedToken()]);
      await nextFullCheck(redis);
      expect(await userGroups()).toEqual([]);
      expect(world.published()?.authString).toBe(await storedToken());
    },
  );
});

describe('the token', () => {
  it('follows the secret when somebody edits it, old and new valid side by side for a while', async () => {
    const redis = aRedisInstance({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    const token = 'a-token-that-somebody-chose';
    await world.aws.secretsManager().send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: token }));
    world.advance(DAY_MS);
    await world.check(redis);
    await world.untilSettled(redis);
    expect(world.validTokens()).toEqual([token]);
    expect(world.published()?.authString).toBe(token);
  });

  it.each([true, false])('is made again when somebody deletes the secret (for good: %s)', async (force) => {
    const redis = aRedisInstance({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    const options = force ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: 30 };
    await world.aws.secretsManager().send(new DeleteSecretCommand({ SecretId: SECRET, ...options }));
    world.advance(DAY_MS);
    await world.check(redis);
    await world.untilSettled(redis);
    expect(await storedToken()).toMatch(/^\S{16,128}$/);
    expect(world.validTokens()).toEqual([await storedToken()]);
    expect(world.published()?.authString).toBe(await storedToken());
  });

  it('that AWS would not take is replaced, and the user is told', async () => {
    const redis = aRedisInstance({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    await world.aws.secretsManager().send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: 'no @' }));
    world.advance(DAY_MS);
    await world.check(redis);
    await world.untilSettled(redis);
    expect(await storedToken()).toMatch(/^[0-9a-f]{64}$/);
    expect(world.validTokens()).toEqual([await storedToken()]);
    expect(world.announcements.filter(({ type }) => type === 'Warning')).toMatchObject([
      { type: 'Warning', reason: 'AuthTokenReplaced' },
    ]);
  });

  it('is rotated once more when the process died before it knew that AWS had set it', async () => {
    const redis = aRedisInstance({ authEnabled: true });
    world.put(redis);
    await world.untilReady(redis);
    world.forget(redis, ['authToken']);
    world.restart();
    await world.check(redis);
    await world.untilSettled(redis);
    expect(world.validTokens()).toEqual([await storedToken()]);
    expect(world.find(redis)?.status?.authToken?.hash).toMatch(/^sha256:/);
  });

  it('is rotated in again when AWS will not set it, and nobody is told before that it is the only way in', async () => {
    const redis = aRedisInstance();
    world.put(redis);
    await world.untilReady(redis);
    let refusals = 2;
    world.aws.faults.intercept(({ input }) =>
      input['AuthTokenUpdateStrategy'] === 'SET' && refusals-- > 0 ? { error: 'InvalidParameterValue' } : undefined,
    );
    world.change(redis, { authEnabled: true });
    const states: unknown[] = [];
    await world.until(redis, (now) => {
      if (states.at(-1) !== now?.status?.state) states.push(now?.status?.state);
      return states.at(-1) === 'Ready';
    });
    expect(states).toEqual(['Processing', 'Error', 'Processing', 'Error', 'Processing', 'Ready']);
    expect(world.validTokens()).toEqual([await storedToken()]);
  });
});

it('leaves a user group of somebody else attached, and says so', async () => {
  const redis = aRedisInstance();
  world.put(redis);
  await world.untilReady(redis);
  await world.attachForeignUserGroup();
  world.advance(DAY_MS);
  await world.check(redis);
  expect(world.find(redis)?.status?.conditions?.find(({ type }) => type === 'Error')).toMatchObject({
    reason: 'CloudProviderError',
    message: expect.stringContaining('user group theirs'),
  });
  expect((await group())?.UserGroupIds).toEqual(['theirs']);
  const detach = { ReplicationGroupId: 'cm-demo', UserGroupIdsToRemove: ['theirs'], ApplyImmediately: true };
  await world.aws.elastiCache().send(new ModifyReplicationGroupCommand(detach));
  await world.untilReady(redis);
  expect(world.find(redis)?.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
});
