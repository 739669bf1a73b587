import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aCondition } from '../../../../test/support/cloud-control.ts';
import { type PlanesApis, PlanesWorld, scopeInput, startPlanesApis } from '../../../../test/support/planes-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type RedisCluster, redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { type RedisInstance, redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type AwsRedisCluster, awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import {
  type AwsRedisInstance,
  awsRedisInstanceKind,
} from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { stopAndForget } from '../../../composed/index.ts';
import { findCondition, mergePatch, type ResourceKind, secretKind } from '../../../kube/index.ts';
import { controller, type Controller } from '../../../runtime/index.ts';
import { REMOTE_INDEX, remoteIndexValues, SCOPE_INDEX, scopeIndexValues } from '../../common/indexes.ts';
import { decoded, encoded, PUBLISHED_LABELS } from '../../common/owned-secret.ts';
import { awsRedisCluster } from '../aws-redis-cluster/aws-redis-cluster.ts';
import { awsRedisInstance } from '../aws-redis-instance/aws-redis-instance.ts';
import { MODULE_ROLE, type Planes } from '../common/planes.ts';
import type { RedisCounterpart } from './aws-redis-kind.ts';
import { awsRedisController } from './controller.ts';
import { DEFAULT_TIERS } from './tiers.ts';

const GRACE_MS = 600_000;
const CACHE = { namespace: 'default', name: 'cache' };
const IP_RANGE_ID = 'aaaaaaaa-1111-4111-8111-111111111111';

let apis: PlanesApis;
beforeAll(async () => {
  apis = await startPlanesApis();
});
afterAll(() => apis.stop());

let world: PlanesWorld;
beforeEach(async () => {
  world = new PlanesWorld(apis, controllers);
  await world.operator.create(scopeKind, scopeInput());
});
afterEach(async () => {
  await world.stop();
  // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave no timer behind
  expect(world.clock.pending).toBe(0);
});

/** Those of both Redis kinds of users, and what the controllers of other kinds follow. */
function controllers(planes: Planes): readonly Controller[] {
  const reconcile = async () => ({ outcome: stopAndForget('not tested here') });
  const indexes = { [REMOTE_INDEX]: remoteIndexValues, [SCOPE_INDEX]: scopeIndexValues };
  const deps = { planes, orphanGraceMs: GRACE_MS, tiers: DEFAULT_TIERS };
  return [
    awsRedisController(awsRedisInstance, deps, 10),
    awsRedisController(awsRedisCluster, deps, 10),
    controller<IpRange>({ kind: ipRangeKind, indexes, reconcile }),
    controller<RedisInstance>({ kind: redisInstanceKind, indexes, reconcile }),
    controller<RedisCluster>({ kind: redisClusterKind, indexes, reconcile }),
    controller<UserIpRange>({ kind: userIpRangeKind, role: MODULE_ROLE, reconcile }),
  ];
}

const write = (spec: Partial<AwsRedisInstance['spec']> = {}) =>
  world.user.create(awsRedisInstanceKind, {
    metadata: CACHE,
    spec: { redisTier: 'S1', ...spec } as AwsRedisInstance['spec'],
  });
const read = () => world.user.find(awsRedisInstanceKind, CACHE);
const reasonOf = (redis: AwsRedisInstance | AwsRedisCluster | undefined) =>
  findCondition(redis?.status?.conditions, 'Ready')?.reason;
const secret = (key = CACHE) => world.user.find(secretKind, key);
const said = async () => {
  const found = await secret();
  return found && decoded(found);
};

async function made<C extends RedisCounterpart>(kind: ResourceKind<C>): Promise<C | undefined> {
  const { items } = await world.operator.list(kind);
  return items[0];
}

/** The default IpRange is there, and ready. */
async function provideIpRange(): Promise<void> {
  const metadata = { namespace: 'kcp-system', name: IP_RANGE_ID, labels: { [LABELS.module]: MODULE_LABEL } };
  const spec = { scope: { name: 'demo' }, remoteRef: { namespace: '', name: 'default' } };
  await world.operator.create(ipRangeKind, { metadata, spec });
  const key = { name: 'default' };
  if ((await world.user.find(userIpRangeKind, key)) === undefined) {
    await world.user.create(userIpRangeKind, { metadata: key, spec: {} });
  }
  const status = { id: IP_RANGE_ID, conditions: [aCondition()], observedGeneration: 1 };
  await world.user.patchStatus(userIpRangeKind, key, mergePatch({ status }));
  await world.settle();
}

/** The control plane publishes how to connect, and says that it is ready. */
async function provide<C extends RedisCounterpart>(kind: ResourceKind<C>, endpoints: object): Promise<void> {
  const found = await made(kind);
  if (found === undefined) throw new Error('The control plane has not been asked');
  const { name, uid, generation = 0 } = found.metadata;
  const ownerReferences = [{ apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, name, uid }];
  const metadata = { namespace: 'kcp-system', name: `cm-${name}`, labels: PUBLISHED_LABELS, ownerReferences };
  const data = encoded({ host: 'h.example.com', port: '6379', authString: 'first' });
  await world.operator.create(secretKind, { metadata, data });
  const conditions = [aCondition({ observedGeneration: generation })];
  const status = { conditions, observedGeneration: generation, authSecret: { name: `cm-${name}` }, ...endpoints };
  await world.operator.patchStatus(kind, found.metadata, mergePatch({ status }));
  await world.settle();
}

async function aReadyInstance(spec: Partial<AwsRedisInstance['spec']> = {}): Promise<void> {
  await world.start();
  await provideIpRange();
  await write(spec);
  await world.settle();
  await provide(redisInstanceKind, { primaryEndpoint: 'h.example.com:6379' });
}

async function editSecret(fields: object): Promise<void> {
  await world.user.patch(secretKind, CACHE, mergePatch(fields));
  await world.settle();
}

describe('Redis of users, between two clusters', () => {
  it('follows the control plane without a poll', async () => {
    await world.start();
    await write();
    await world.settle();
    expect(reasonOf(await read())).toBe('WaitingDependency');
    await provideIpRange();
    expect(reasonOf(await read())).toBe('SubmissionSucceeded');
    await provide(redisInstanceKind, { primaryEndpoint: 'h.example.com:6379' });
    expect((await read())?.status).toMatchObject({ state: 'Ready', primaryEndpoint: 'h.example.com:6379' });
    const asked = world.userApi.journal.entries.length;
    await world.advance(24 * 3_600_000);
    expect(world.userApi.journal.entries.slice(asked)).toEqual([]);
  });

  it('is of both kinds', async () => {
    await world.start();
    await provideIpRange();
    const spec = { redisTier: 'C1', shardCount: 3 } as AwsRedisCluster['spec'];
    await world.user.create(awsRedisClusterKind, { metadata: CACHE, spec });
    await world.settle();
    expect((await made(redisClusterKind))?.spec.instance.aws).toMatchObject({ shardCount: 3, replicasPerShard: 1 });
    await provide(redisClusterKind, { discoveryEndpoint: 'h.example.com:6379' });
    expect(reasonOf(await world.user.find(awsRedisClusterKind, CACHE))).toBe('Ready');
    expect(await said()).toMatchObject({ discoveryEndpoint: 'h.example.com:6379' });
  });

  it('has a token that was rotated at once', async () => {
    await aReadyInstance();
    const { metadata } = (await made(redisInstanceKind)) ?? {};
    const key = { namespace: 'kcp-system', name: `cm-${metadata?.name ?? ''}` };
    await world.operator.patch(secretKind, key, mergePatch({ data: encoded({ authString: 'second' }) }));
    await world.settle();
    expect(await said()).toMatchObject({ authString: 'second', url: 'rediss://default:second@h.example.com:6379' });
  });

  it('has its Secret put right when somebody edits it, and keeps what is added', async () => {
    await aReadyInstance();
    await editSecret({ data: encoded({ host: 'elsewhere', more: 'x' }), metadata: { labels: { team: 'a' } } });
    expect(await said()).toMatchObject({ host: 'h.example.com', more: 'x' });
    await editSecret({ metadata: { labels: { 'app.kubernetes.io/managed-by': null } } });
    expect((await secret())?.metadata.labels).toMatchObject({ team: 'a', ...PUBLISHED_LABELS });
    await editSecret({ immutable: true });
    await world.user.delete(secretKind, CACHE);
    await world.settle();
    expect(await said()).toMatchObject({ host: 'h.example.com' });
  });

  it('has the next token in a Secret that somebody made immutable', async () => {
    await aReadyInstance();
    await editSecret({ immutable: true });
    const { metadata } = (await made(redisInstanceKind)) ?? {};
    const key = { namespace: 'kcp-system', name: `cm-${metadata?.name ?? ''}` };
    await world.operator.patch(secretKind, key, mergePatch({ data: encoded({ authString: 'second' }) }));
    await world.settle();
    expect(await said()).toMatchObject({ authString: 'second' });
  });

  it('gets the name of its Secret when who has it goes', async () => {
    await aReadyInstance();
    const spec = { redisTier: 'C1', shardCount: 1 } as AwsRedisCluster['spec'];
    await world.user.create(awsRedisClusterKind, { metadata: CACHE, spec });
    await world.settle();
    expect(reasonOf(await world.user.find(awsRedisClusterKind, CACHE))).toBe('NameTaken');
    expect(await made(redisClusterKind)).toBeUndefined();
    await world.user.delete(awsRedisInstanceKind, CACHE);
    await world.settle();
    expect(await read()).toBeUndefined();
    await provide(redisClusterKind, { discoveryEndpoint: 'h.example.com:6379' });
    expect(reasonOf(await world.user.find(awsRedisClusterKind, CACHE))).toBe('Ready');
    expect(await said()).toHaveProperty('discoveryEndpoint');
  });

  it('is changed as its author changes it', async () => {
    await aReadyInstance();
    const spec = { redisTier: 'S3', authSecret: { extraData: { dsn: '{{ .host }}' } } };
    await world.user.patch(awsRedisInstanceKind, CACHE, mergePatch({ spec }));
    await world.settle();
    expect((await made(redisInstanceKind))?.spec.instance.aws.cacheNodeType).toBe('cache.m7g.large');
    expect(reasonOf(await read())).toBe('Updating');
    expect(await said()).toMatchObject({ dsn: 'h.example.com' });
  });

  it('rests while its author has paused it, and the control plane knows', async () => {
    await aReadyInstance();
    const paused = { metadata: { annotations: { [ANNOTATIONS.pause]: 'true' } } };
    await world.user.patch(awsRedisInstanceKind, CACHE, mergePatch(paused));
    await world.user.delete(awsRedisInstanceKind, CACHE);
    await world.settle();
    expect((await made(redisInstanceKind))?.metadata).toMatchObject({ annotations: { [ANNOTATIONS.pause]: 'true' } });
    expect((await made(redisInstanceKind))?.metadata.deletionTimestamp).toBeUndefined();
    const resumed = { metadata: { annotations: { [ANNOTATIONS.pause]: null } } };
    await world.user.patch(awsRedisInstanceKind, CACHE, mergePatch(resumed));
    await world.settle();
    expect([await read(), await made(redisInstanceKind), await secret()]).toEqual([undefined, undefined, undefined]);
  });

  it('has a new token when its author asks for one', async () => {
    await aReadyInstance();
    const annotations = { [ANNOTATIONS.rotateAuthToken]: 'today', [ANNOTATIONS.reconcileNow]: 'now' };
    await world.user.patch(awsRedisInstanceKind, CACHE, mergePatch({ metadata: { annotations } }));
    await world.settle();
    expect((await made(redisInstanceKind))?.metadata.annotations).toMatchObject(annotations);
  });

  it('goes with all that was made for it', async () => {
    await aReadyInstance();
    await world.user.delete(awsRedisInstanceKind, CACHE);
    await world.settle();
    expect([await read(), await made(redisInstanceKind), await secret()]).toEqual([undefined, undefined, undefined]);
  });

  it('goes at once when nothing was made', async () => {
    await world.start();
    await write({ ipRange: { name: 'nowhere' } });
    await world.settle();
    expect(reasonOf(await read())).toBe('IpRangeNotFound');
    await world.user.delete(awsRedisInstanceKind, CACHE);
    await world.settle();
    expect(await read()).toBeUndefined();
  });

  it('that is gone leaves nothing in the control plane, after a while', async () => {
    await world.start();
    const metadata = { namespace: 'kcp-system', name: IP_RANGE_ID, labels: { [LABELS.module]: MODULE_LABEL } };
    const aws = { cacheNodeType: 'cache.t4g.small' } as RedisInstance['spec']['instance']['aws'];
    const refs = { scope: { name: 'demo' }, ipRange: { name: 'x' }, remoteRef: CACHE };
    await world.operator.create(redisInstanceKind, { metadata, spec: { ...refs, instance: { aws } } });
    await world.settle();
    await world.advance(GRACE_MS - 1);
    expect(await made(redisInstanceKind)).toBeDefined();
    await world.advance(1);
    expect(await made(redisInstanceKind)).toBeUndefined();
  });
});
