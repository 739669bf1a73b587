import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { findCondition } from '../../kube/conditions.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
let redis: RedisObject;
let before: readonly string[];

const SECRET = 'cm-demo/authToken';
const NAME_TAG = 'cloud-manager.kyma-project.io/name';

beforeEach(async () => {
  world = await startRedisWorld();
  before = await world.resources();
  redis = aRedisInstance({ authEnabled: true });
  world.put(redis);
  await world.untilReady(redis);
});

afterEach(() => world.stop());

const secrets = () => world.aws.secretsManager();

async function tagsOf(): Promise<Readonly<Record<string, string>>> {
  const { Tags: tags = [] } = await secrets().send(new DescribeSecretCommand({ SecretId: SECRET }));
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

async function takeTagsAway(): Promise<Readonly<Record<string, string>>> {
  const tags = await tagsOf();
  await secrets().send(new UntagResourceCommand({ SecretId: SECRET, TagKeys: Object.keys(tags) }));
  return tags;
}

async function tag(tags: Readonly<Record<string, string>>): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await secrets().send(new TagResourceCommand({ SecretId: SECRET, Tags }));
}

const edit = () => secrets().send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: 'edited-by-somebody' }));

async function hasSecret(): Promise<boolean> {
  try {
    const { DeletedDate } = await secrets().send(new DescribeSecretCommand({ SecretId: SECRET }));
    return DeletedDate === undefined;
  } catch {
    return false;
  }
}

/** Takes tags and token away, then deletes the Redis, until a person is asked about the secret. */
async function untilAsked(): Promise<Readonly<Record<string, string>>> {
  const tags = await takeTagsAway();
  await edit();
  world.remove(redis);
  await world.until(redis, (now) => now?.status?.state === 'Error');
  return tags;
}

describe('a secret whose tags somebody took away before the deletion', () => {
  it('goes all the same, because it holds the token that the status knows', async () => {
    await takeTagsAway();
    world.remove(redis);
    await world.untilGone(redis);
    world.advance(60_000);
    expect(await hasSecret()).toBe(false);
  });

  it('keeps the finalizer where the token was edited too, and the object says what to do', async () => {
    await untilAsked();
    world.advance(3_600_000);
    await world.check(redis);
    expect(await hasSecret()).toBe(true);
    expect(world.find(redis)?.metadata.finalizers).toHaveLength(1);
    expect(findCondition(world.find(redis)?.status?.conditions, 'Error')?.message).toBe(
      'The secret cm-demo/authToken exists in AWS without the tags that say whose it is, so it is left as it is. ' +
        'If nobody needs it, delete it or tag it with cloud-manager.kyma-project.io/name=kcp-system/demo, ' +
        'cloud-manager.kyma-project.io/scope=demo, cloud-manager.kyma-project.io/kind=RedisInstance; ' +
        "if it is somebody else's, tag it with their name",
    );
  });

  it('goes when its tags come back', async () => {
    await tag(await untilAsked());
    await world.untilGone(redis);
    world.advance(60_000);
    expect(await world.resources()).toEqual(before);
  });

  it('is no longer waited for when somebody deletes it', async () => {
    await untilAsked();
    await secrets().send(new DeleteSecretCommand({ SecretId: SECRET, RecoveryWindowInDays: 7 }));
    await world.untilGone(redis);
    expect(world.find(redis)).toBeUndefined();
  });

  it('stays, and the object goes, when its tags name somebody else', async () => {
    await untilAsked();
    await tag({ [NAME_TAG]: 'elsewhere/other' });
    await world.untilGone(redis);
    expect(await tagsOf()).toEqual({ [NAME_TAG]: 'elsewhere/other' });
  });

  it('goes after the rest of what was made, which does not wait for it', async () => {
    await untilAsked();
    world.advance(1_800_000);
    for (let pass = 0; pass < 4; pass++) {
      await world.check(redis);
      world.advance(900_000);
    }
    expect(await world.resources()).toEqual(before);
  });
});
