import { beforeEach, describe, expect, it } from 'vitest';
import { awsRedisInstanceKind, redisInstanceKind } from '../../src/api/index.ts';
import { ANNOTATIONS } from '../../src/api/names.ts';
import { type KubeSecret, mergePatch, secretKind } from '../../src/kube/index.ts';
import { aScopeManifest, changed } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { SharedEnvironment, STALLED, WAITING } from '../support/shared-environment.ts';
import { anAwsRedisInstanceManifest, aUserIpRangeManifest } from '../support/user-manifests.ts';
import { UserObjects } from '../support/user-objects.ts';
import { networkPartsOf } from '../support/vpc-parts.ts';

/* What a user sees of a Redis that cannot be had, be changed or go, and that it goes on when it can. */

const shared = SharedEnvironment.start({}, networkPartsOf);
const users = new UserObjects(shared);
const environment = () => shared.environment;

const range = aUserIpRangeManifest();
const redis = changed(anAwsRedisInstanceManifest(), 'spec', {
  redisTier: 'S1',
  authEnabled: true,
  ipRange: { name: range.metadata.name },
});
const key = { namespace: NAMESPACE, name: redis.metadata.name };

const shown = () => shared.status(awsRedisInstanceKind, key.name);
const patchRedis = (change: object): Promise<unknown> =>
  environment().kube.patch(awsRedisInstanceKind, key, mergePatch(change));
const patchSecret = (change: object): Promise<unknown> => environment().kube.patch(secretKind, key, mergePatch(change));

type Undo = () => Promise<unknown>;

interface Obstacle {
  readonly what: string;
  /** Puts it in the way; gives how to take it away. */
  readonly put: () => Promise<Undo>;
  readonly reason: string;
  readonly message: RegExp;
  readonly shows: object;
}

/** Has requests of Kubernetes that name the resource refused. */
function refused(resource: string, verb: string): Undo {
  const { faults } = environment().api;
  faults.add({ resource, verb, status: 403, count: Infinity });
  shared.afterwards(() => faults.clear());
  return async () => faults.clear();
}

describe('a Redis of a user that cannot be had', () => {
  beforeEach(() => environment().apply(aScopeManifest()));

  it.each<Obstacle>([
    {
      what: 'its IpRange does not exist',
      put: async () => () => users.apply(range),
      reason: 'IpRangeNotFound',
      message: /^IpRange \S+range does not exist: create it, or name another one$/,
      shows: STALLED,
    },
    {
      what: 'its IpRange is in trouble',
      put: async () => {
        const end = shared.failing(({ operation }) =>
          operation === 'CreateSubnet' ? { error: 'SubnetLimitExceeded' } : undefined,
        );
        await users.apply(range);
        await users.shown(range, 'CloudProviderError');
        return async () => end();
      },
      reason: 'WaitingDependency',
      message: /^IpRange \S+range is not ready: .*\(CreateSubnet: SubnetLimitExceeded\)/,
      shows: WAITING,
    },
    {
      what: 'AWS has a quota',
      put: async () => {
        await users.apply(range);
        const end = shared.failing(({ operation }) =>
          operation === 'CreateReplicationGroup' ? { error: 'NodeQuotaForCustomerExceeded' } : undefined,
        );
        return async () => end();
      },
      reason: 'CloudProviderError',
      message: /\(CreateReplicationGroup: NodeQuotaForCustomerExceeded\)/,
      shows: STALLED,
    },
    {
      what: 'the control plane does not take it',
      put: async () => {
        await users.apply(range);
        await users.untilReady(range);
        return refused('redisinstances', 'create');
      },
      reason: 'SubmissionFailed',
      message:
        /^The control plane does not take it just now\. It is tried again; if it stays so, tell its operators\.$/,
      shows: STALLED,
    },
    {
      what: 'the control plane has trouble of its own',
      put: async () => {
        await users.apply(range);
        await users.untilReady(range);
        return refused('secrets', 'create');
      },
      reason: 'Error',
      message: /^The control plane has trouble of its own; its operators have to mend it\.$/,
      shows: STALLED,
    },
    {
      what: 'its Secret is somebody else’s',
      put: async () => {
        await users.apply(range);
        const data = { host: 'dGhlaXJz' };
        await environment().kube.create<KubeSecret>(secretKind, { metadata: key, data });
        environment().takeCalls();
        return async () => {
          expect(environment().takeCalls()).not.toContain('CreateReplicationGroup');
          expect((await environment().kube.get(secretKind, key)).data).toEqual(data);
          await environment().kube.delete(secretKind, key);
        };
      },
      reason: 'NameTaken',
      message:
        /belongs to somebody else, and is left as it is\. Delete it, or choose another name in spec\.authSecret\.name$/,
      shows: STALLED,
    },
  ])('because $what says so, and is Ready when that is mended', async ({ put, reason, message, shows }) => {
    const mend = await put();
    await users.apply(redis);
    expect(await users.shown(redis, reason)).toMatchObject({ ...shows, message: expect.stringMatching(message) });
    await mend();
    await users.untilReady(redis);
    expect(await shown()).toMatchObject({ state: 'Ready', reason: 'Ready' });
  });
});

it('a Redis of a user waits for the Scope of its cluster', async () => {
  await users.apply(range, redis);
  expect(await users.shown(redis, 'MissingScope')).toMatchObject(WAITING);
  await environment().apply(aScopeManifest());
  await users.untilReady(redis);
});

describe('a Redis of a user that is there', () => {
  beforeEach(async () => {
    await environment().apply(aScopeManifest());
    await users.apply(range, redis);
    await users.untilReady(redis);
  });

  it('is Updating while a change goes on, and Ready then', async () => {
    await patchRedis({ spec: { redisTier: 'S2' } });
    expect(await users.shown(redis, 'Updating')).toMatchObject({ state: 'Updating', progress: 'InProgress' });
    expect(await users.condition(redis, 'Updating')).toMatchObject({ reason: 'Updating' });
    await users.untilReady(redis);
    expect(await users.condition(redis, 'Updating')).toBeUndefined();
  });

  it('is Ready with a template that cannot be filled in, and says which', async () => {
    await patchRedis({ spec: { authSecret: { extraData: { good: '{{ .port }}', bad: '{{ .nothing' } } } });
    const { state, message } = await users.shown(redis, 'InvalidTemplate');
    expect([state, message]).toEqual(['Ready', expect.stringContaining('bad')]);
    expect(await users.condition(redis, 'Warning')).toMatchObject({ reason: 'InvalidTemplate', message });
    await patchRedis({ spec: { authSecret: { extraData: { bad: null } } } });
    await users.shown(redis, 'Ready');
    expect(await users.condition(redis, 'Warning')).toBeUndefined();
  });

  it('warns of a Secret that somebody writes again and again', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await patchSecret({ data: { host: Buffer.from(`theirs-${turn}`).toString('base64') } });
      await environment().settle();
    }
    expect(await users.shown(redis, 'SecretContested')).toMatchObject({ state: 'Warning' });
    await users.shown(redis, 'Ready');
    expect((await environment().kube.get(secretKind, key)).data?.['host']).not.toContain('theirs');
  });

  it('rests while it is paused, and says so, here and in the control plane', async () => {
    await patchRedis({ metadata: { annotations: { [ANNOTATIONS.pause]: 'true' } } });
    await environment().settle();
    await patchRedis({ spec: { redisTier: 'S2' } });
    await environment().settle();
    expect(await users.condition(redis, 'Paused')).toMatchObject({ reason: 'Paused' });
    const made = await users.counterpart(redisInstanceKind, redis);
    expect(made?.metadata.annotations).toMatchObject({ [ANNOTATIONS.pause]: 'true' });
    expect(made?.spec.instance.aws.cacheNodeType).toBe('cache.t4g.small');
    await patchRedis({ metadata: { annotations: { [ANNOTATIONS.pause]: null } } });
    await users.untilReady(redis);
    expect(await users.counterpart(redisInstanceKind, redis)).toMatchObject({
      spec: { instance: { aws: { cacheNodeType: 'cache.t4g.medium' } } },
    });
  });

  it('goes after its instance and its Secret, and says which of them it waits for', async () => {
    const held = 'example.com/held';
    await patchSecret({ metadata: { finalizers: [held] } });
    await environment().delete(redis);
    expect(await users.shown(redis, 'DeletingInstance')).toMatchObject({ state: 'Deleting' });
    expect(await users.shown(redis, 'DeletingAuthSecret')).toMatchObject({
      state: 'Deleting',
      message: expect.stringContaining(held),
    });
    await patchSecret({ metadata: { finalizers: null } });
    await environment().untilGone(awsRedisInstanceKind, key.name);
  });

  it('in place of one with a later engine says so, and is that one when it asks for the same', async () => {
    await patchRedis({ spec: { engineVersion: '7.1' } });
    await users.untilReady(redis);
    const { data } = await environment().kube.get(secretKind, key);
    shared.takeWrites();
    await users.replaceByForce(redis);
    // As the garbage collector of a cluster does, which an API server alone has not.
    await environment().kube.delete(secretKind, key);
    expect(await users.shown(redis, 'InvalidSpec')).toMatchObject({
      ...STALLED,
      message: expect.stringMatching(
        /^It is not accepted: spec\.engineVersion: Invalid value: .*engineVersion cannot be downgraded\.$/,
      ),
    });
    expect(await users.condition(redis, 'Error')).toMatchObject({ reason: 'InvalidSpec' });
    await patchRedis({ spec: { engineVersion: '7.1' } });
    await users.untilReady(redis);
    expect((await environment().kube.get(secretKind, key)).data).toEqual(data);
    expect(shared.takeWrites()).toEqual([]);
  });

  it.each([
    { what: 'a tier with a replica', spec: { redisTier: 'P1' }, message: 'redisTier can change among S1 to S8' },
    { what: 'an earlier engine', spec: { engineVersion: '6.x' }, message: 'engineVersion' },
    { what: 'an unknown tier', spec: { redisTier: 'S9' }, message: 'redisTier' },
  ])('cannot be changed to $what', async ({ spec, message }) => {
    await expect(patchRedis({ spec })).rejects.toThrow(message);
    expect(await shown()).toMatchObject({ state: 'Ready' });
  });
});
