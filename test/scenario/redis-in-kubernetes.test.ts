import { DeleteReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipRangeKind, redisClusterKind, redisInstanceKind } from '../../src/api/index.ts';
import { eventKind, findCondition, jsonPatch, secretKind } from '../../src/kube/index.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { Environment } from '../support/environment.ts';
import {
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  anIpRangeManifest,
  changed,
} from '../support/manifests.ts';

const SECRET = { namespace: NAMESPACE, name: 'cm-demo-instance' };

let environment: Environment;
beforeEach(async () => {
  environment = await Environment.start();
});
afterEach(() => environment.stop());

async function values(): Promise<Readonly<Record<string, string>>> {
  const secret = await environment.find(secretKind, SECRET.name);
  const entries = Object.entries(secret?.data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

describe('the Secret of a Redis with authentication', () => {
  const redis = changed(aRedisInstanceManifest(), 'spec.instance.aws.authEnabled', true);

  beforeEach(async () => {
    await environment.prepareNetwork();
    await environment.apply(redis);
    await environment.untilReady(redisInstanceKind, 'demo-instance');
  });

  it('has all that a client needs, belongs to the Redis, and is named in its status', async () => {
    const object = await environment.find(redisInstanceKind, 'demo-instance');
    expect(object?.status?.authSecret).toEqual({ name: SECRET.name });
    const { host, port } = await values();
    expect(`${host}:${port}`).toBe(object?.status?.primaryEndpoint);
    expect(await values()).toMatchObject({ authString: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await values()).toMatchObject({ 'ca.crt': expect.stringContaining('BEGIN CERTIFICATE') });
    const secret = await environment.find(secretKind, SECRET.name);
    expect(secret?.metadata.ownerReferences).toMatchObject([{ kind: 'RedisInstance', uid: object?.metadata.uid }]);
  });

  it('keeps the token out of everything else in the cluster', async () => {
    const { authString = '-' } = await values();
    const objects = await Promise.all([
      environment.kube.list(redisInstanceKind),
      environment.kube.list(eventKind, { namespace: NAMESPACE }),
    ]);
    expect(JSON.stringify(objects)).not.toContain(authString);
  });

  it.each(['authString', 'host', 'port'])('is put right at once when somebody edits its %s', async (key) => {
    const before = await values();
    const edit = jsonPatch({ op: 'add', path: `/data/${key}`, value: Buffer.from('wrong').toString('base64') });
    await environment.kube.patch(secretKind, SECRET, edit);
    await environment.settle();
    expect(await values()).toEqual(before);
  });

  it('is put right at once when somebody deletes it', async () => {
    const before = await values();
    await environment.kube.delete(secretKind, SECRET);
    await environment.settle();
    expect(await values()).toEqual(before);
  });

  it('is all that the operator keeps in memory of the Secrets of the cluster', async () => {
    const data = { key: Buffer.from('of somebody else').toString('base64') };
    const stranger = await environment.kube.create(secretKind, { metadata: { ...SECRET, name: 'stranger' }, data });
    await environment.settle();
    const { manager } = environment.operator;
    const names = () =>
      manager
        .cluster('sandbox')
        .cache(secretKind)
        .list()
        .map(({ metadata }) => metadata.name);
    expect(names()).toEqual([SECRET.name]);
    // As an earlier release has made it.
    const unlabelled = jsonPatch({ op: 'remove', path: '/metadata/labels' });
    await environment.kube.patch(secretKind, SECRET, unlabelled);
    await environment.settle();
    expect(names()).toEqual([SECRET.name]);
    expect((await environment.find(secretKind, 'stranger'))?.metadata).toEqual(stranger.metadata);
  });

  it('goes with the Redis', async () => {
    await environment.delete(redis);
    await environment.untilGone(redisInstanceKind, 'demo-instance');
    expect(await environment.find(secretKind, SECRET.name)).toBeUndefined();
  });
});

it('leaves a Secret of somebody else alone, says so, and goes on once it is gone', async () => {
  const data = { mine: Buffer.from('mine').toString('base64') };
  await environment.kube.create(secretKind, { metadata: SECRET, data });
  await environment.prepareNetwork();
  await environment.apply(aRedisInstanceManifest());
  const error = async () => {
    const object = await environment.find(redisInstanceKind, 'demo-instance');
    return findCondition(object?.status?.conditions, 'Error')?.message;
  };
  await environment.until(async () => (await error()) !== undefined);
  expect(await error()).toContain(`Secret ${NAMESPACE}/cm-demo-instance exists and does not belong to this object`);
  expect((await environment.find(secretKind, SECRET.name))?.data).toEqual(data);
  await environment.kube.delete(secretKind, SECRET);
  await environment.untilReady(redisInstanceKind, 'demo-instance');
});

it('waits for what it depends on, names it, and is woken by it', async () => {
  await environment.apply(aRedisClusterManifest());
  await environment.settle();
  const ready = async () => {
    const object = await environment.find(redisClusterKind, 'demo-cluster');
    return findCondition(object?.status?.conditions, 'Ready');
  };
  expect((await ready())?.message).toBe(`Scope ${NAMESPACE}/demo does not exist`);
  await environment.apply(aScopeManifest());
  await environment.settle();
  expect(await ready()).toMatchObject({
    reason: 'MissingDependency',
    message: `IpRange ${NAMESPACE}/demo-range does not exist`,
  });
  await environment.apply(anIpRangeManifest());
  await environment.untilReady(ipRangeKind, 'demo-range');
  await environment.settle();
  expect((await ready())?.message).toBe('ElastiCache creates the replication group.');
});

it('tells by an Event and a condition that a deleted group is made again without its data', async () => {
  await environment.prepareNetwork();
  await environment.apply(aRedisInstanceManifest());
  await environment.untilReady(redisInstanceKind, 'demo-instance');
  const command = new DeleteReplicationGroupCommand({ ReplicationGroupId: 'cm-demo-instance' });
  await environment.aws.elastiCache().send(command);
  const events = async () => {
    const { items } = await environment.kube.list(eventKind, { namespace: NAMESPACE });
    return items.filter(({ reason }) => reason === 'DataLost');
  };
  const readiness = async () => {
    const object = await environment.find(redisInstanceKind, 'demo-instance');
    return findCondition(object?.status?.conditions, 'Ready');
  };
  await environment.until(async () => (await readiness())?.message.includes('data is lost') ?? false);
  expect(await readiness()).toMatchObject({ status: 'False' });
  // Events are written beside the pass, in their own time.
  await environment.until(async () => (await events()).length > 0);
  expect(await events()).toMatchObject([{ involvedObject: { name: 'demo-instance' } }]);
  await environment.untilReady(redisInstanceKind, 'demo-instance');
});

it('gives a name that two want to the older one, and to the other as soon as the first is gone', async () => {
  const cluster = changed(aRedisClusterManifest(), 'metadata.name', 'demo');
  const instance = changed(aRedisInstanceManifest(), 'metadata.name', 'demo');
  await environment.prepareNetwork();
  await environment.apply(cluster);
  environment.clock.advance(2_000);
  await environment.apply(instance);
  await environment.untilReady(redisClusterKind, 'demo');
  const waiting = await environment.find(redisInstanceKind, 'demo');
  expect(findCondition(waiting?.status?.conditions, 'Error')).toMatchObject({
    reason: 'NameTaken',
    message: expect.stringContaining(`is taken by RedisCluster ${NAMESPACE}/demo`),
  });
  await environment.delete(cluster);
  await environment.untilReady(redisInstanceKind, 'demo');
  expect(await environment.find(redisClusterKind, 'demo')).toBeUndefined();
});
