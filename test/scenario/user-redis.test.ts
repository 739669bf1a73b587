import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsRedisClusterKind, awsRedisInstanceKind, redisInstanceKind, userIpRangeKind } from '../../src/api/index.ts';
import { ANNOTATIONS } from '../../src/api/names.ts';
import { eventKind, findCondition, mergePatch, type ResourceKind, secretKind } from '../../src/kube/index.ts';
import { decoded } from '../../src/reconcilers/common/owned-secret.ts';
import { activate } from '../support/activation.ts';
import { Environment } from '../support/environment.ts';
import { aScopeManifest, changed } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import {
  anAwsRedisClusterManifest,
  anAwsRedisInstanceManifest,
  aUserIpRangeManifest,
} from '../support/user-manifests.ts';

/* What an application developer writes becomes a Redis in AWS and a Secret beside the application, and follows both. */

let environment: Environment;
afterEach(() => environment.stop());

const CACHE = 'demo-instance';

async function said(name = CACHE): Promise<Readonly<Record<string, string | undefined>>> {
  const secret = await environment.find(secretKind, name);
  return secret === undefined ? {} : decoded(secret);
}

/** What the control plane has published, for the only Redis that there is. */
async function published(): Promise<Readonly<Record<string, string | undefined>>> {
  const { items } = await environment.kube.list(redisInstanceKind, { namespace: NAMESPACE });
  return said(items[0]?.status?.authSecret?.name);
}

describe('a Redis of a user, in one cluster with the control plane', () => {
  const range = aUserIpRangeManifest();
  const spec = {
    redisTier: 'S1',
    ipRange: { name: range.metadata.name },
    authEnabled: true,
    authSecret: { labels: { team: 'a' }, extraData: { dsn: 'redis+tls://{{ .host }}?password={{ .authString }}' } },
  };
  const redis = { ...anAwsRedisInstanceManifest(CACHE), spec };

  const ready = async (): Promise<unknown> => {
    const object = await environment.find(awsRedisInstanceKind, CACHE);
    const { status, reason } = findCondition(object?.status?.conditions, 'Ready') ?? {};
    return [object?.status?.state, status, reason];
  };

  beforeEach(async () => {
    environment = await Environment.start();
    await environment.apply(aScopeManifest(), range, redis);
    await environment.untilReady(awsRedisInstanceKind, CACHE);
  });

  it('is there, and its Secret says how to connect', async () => {
    const object = await environment.find(awsRedisInstanceKind, CACHE);
    expect(object?.status).toMatchObject({ state: 'Ready', authSecret: { name: CACHE }, nodeType: 'cache.t4g.small' });
    const { host = '', port = '', authString = '', ...rest } = await said();
    expect(`${host}:${port}`).toBe(object?.status?.primaryEndpoint);
    expect(authString).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toMatchObject({
      'ca.crt': expect.stringContaining('BEGIN CERTIFICATE'),
      primaryEndpoint: object?.status?.primaryEndpoint,
      url: `rediss://default:${authString}@${host}:${port}`,
      dsn: `redis+tls://${host}?password=${authString}`,
    });
    const kinds: readonly ResourceKind[] = [awsRedisInstanceKind, redisInstanceKind, eventKind];
    const lists = await Promise.all(kinds.map((kind) => environment.kube.list(kind, { namespace: NAMESPACE })));
    expect(JSON.stringify(lists)).not.toContain(authString);
  });

  it('gets another token on request, and the Secret has it as soon as the control plane has published it', async () => {
    const { authString: before } = await said();
    const annotations = { [ANNOTATIONS.rotateAuthToken]: 'today' };
    const key = { namespace: NAMESPACE, name: CACHE };
    await environment.kube.patch(awsRedisInstanceKind, key, mergePatch({ metadata: { annotations } }));
    await environment.until(async () => (await published())['authString'] !== before);
    const { authString } = await published();
    expect(await said()).toMatchObject({ authString });
    await environment.untilReady(awsRedisInstanceKind, CACHE);
    expect((await said())['authString']).not.toBe(before);
  });

  it('comes out of an error by an edit', async () => {
    const wrong = changed(redis, 'spec.parameters', { 'maxmemory-policy': 'nonsense' });
    await environment.apply(wrong);
    await environment.until(async () => (await ready())?.toString() === 'Error,False,CloudProviderError');
    await environment.apply(changed(redis, 'spec.parameters', { 'maxmemory-policy': 'allkeys-lru' }));
    await environment.untilReady(awsRedisInstanceKind, CACHE);
    expect(await ready()).toEqual(['Ready', 'True', 'Ready']);
  });

  it('goes with all that was made for it, its Secret last', async () => {
    await environment.delete(redis);
    await environment.settle();
    expect(await ready()).toEqual(['Deleting', 'False', 'DeletingInstance']);
    expect(await said()).toHaveProperty('authString');
    await environment.untilGone(awsRedisInstanceKind, CACHE);
    expect(await environment.find(secretKind, CACHE)).toBeUndefined();
    const { items } = await environment.kube.list(redisInstanceKind, { namespace: NAMESPACE });
    expect(items).toEqual([]);
  });
});

describe('a Redis of a user, in a cluster of its own', () => {
  it('is made by way of the control plane, in the default IpRange, and goes', async () => {
    environment = await Environment.start({ userClusters: ['demo'] });
    const cluster = environment.userCluster('demo');
    const { kube, user, key } = cluster;
    await environment.apply(aScopeManifest('demo'));
    await environment.until(
      async () => environment.operator.users.clusterOf({ namespace: NAMESPACE, name: 'demo' }) === key,
    );
    await activate(environment, cluster);
    const name = { namespace: 'default', name: 'cache' };
    const redis = { ...anAwsRedisClusterManifest(), metadata: name };
    await user.apply(redis);
    const isReady = async (): Promise<boolean> =>
      findCondition((await kube.find(awsRedisClusterKind, name))?.status?.conditions, 'Ready')?.status === 'True';
    await environment.until(isReady, {
      describe: async () => JSON.stringify((await kube.find(awsRedisClusterKind, name))?.status),
    });
    expect(await kube.find(userIpRangeKind, { name: 'default' })).toMatchObject({ status: { state: 'Ready' } });
    const secret = await kube.find(secretKind, name);
    expect(secret && decoded(secret)).toMatchObject({ discoveryEndpoint: expect.stringMatching(/:6379$/) });
    await user.delete(redis);
    await environment.until(async () => (await kube.find(awsRedisClusterKind, name)) === undefined);
    expect(await kube.find(secretKind, name)).toBeUndefined();
  });
});
