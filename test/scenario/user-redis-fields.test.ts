import {
  type CacheCluster,
  DescribeCacheClustersCommand,
  DescribeCacheParametersCommand,
  DescribeReplicationGroupsCommand,
  ListTagsForResourceCommand,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from '../../src/cli/demo/manifests.ts';
import { type KubeSecret, mergePatch, secretKind } from '../../src/kube/index.ts';
import { decoded } from '../../src/reconcilers/common/owned-secret.ts';
import { aScopeManifest, changed, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { SharedEnvironment } from '../support/shared-environment.ts';
import {
  anAwsRedisClusterManifest,
  anAwsRedisInstanceManifest,
  aUserIpRangeManifest,
} from '../support/user-manifests.ts';
import { UserObjects } from '../support/user-objects.ts';
import { networkPartsOf } from '../support/vpc-parts.ts';

/* What every field that a user may write of a Redis comes to in AWS and in the Secret, at first and when it is changed. */

const DAY_MS = 24 * 3_600_000;

const shared = SharedEnvironment.start({}, networkPartsOf);
const users = new UserObjects(shared);
const environment = () => shared.environment;
const caches = () => environment().aws.elastiCache();

const range = aUserIpRangeManifest();
const ipRange = { name: range.metadata.name };
const instance = (name?: string): Manifest => changed(anAwsRedisInstanceManifest(name), 'spec.ipRange', ipRange);
const cluster = (name?: string): Manifest =>
  changed(anAwsRedisClusterManifest(name), 'spec', { redisTier: 'C1', shardCount: 1, replicasPerShard: 0, ipRange });
const withSpec = (manifest: Manifest, spec: object): Manifest =>
  changed(manifest, 'spec', { ...manifest.spec, ...spec });

beforeEach(async () => {
  await environment().apply(aScopeManifest());
  await users.apply(range);
});

async function edit(manifest: Manifest, spec: object): Promise<void> {
  await environment().kube.patch(kindOf(manifest), manifest.metadata, mergePatch({ spec }));
  await users.untilReady(manifest);
}

async function idOf({ metadata: { name }, ...manifest }: Manifest): Promise<string> {
  const found = await environment().find(kindOf({ ...manifest, metadata: { name } }), name);
  const { id = '' } = (found as { readonly status?: { readonly id?: string } } | undefined)?.status ?? {};
  return id;
}

/** What AWS has for it. */
async function groupOf(manifest: Manifest): Promise<ReplicationGroup> {
  const ReplicationGroupId = `cm-${await idOf(manifest)}`;
  const { ReplicationGroups = [] } = await caches().send(new DescribeReplicationGroupsCommand({ ReplicationGroupId }));
  return ReplicationGroups[0] ?? {};
}

async function nodesOf(manifest: Manifest): Promise<readonly CacheCluster[]> {
  const { MemberClusters = [] } = await groupOf(manifest);
  const { CacheClusters = [] } = await caches().send(new DescribeCacheClustersCommand({}));
  return CacheClusters.filter(({ CacheClusterId = '' }) => MemberClusters.includes(CacheClusterId));
}

async function parametersOf(manifest: Manifest): Promise<Readonly<Record<string, string | undefined>>> {
  const [node] = await nodesOf(manifest);
  const { CacheParameterGroupName } = node?.CacheParameterGroup ?? {};
  const { Parameters = [] } = await caches().send(
    new DescribeCacheParametersCommand({ CacheParameterGroupName, Source: 'user' }),
  );
  return Object.fromEntries(
    Parameters.map(({ ParameterName = '', ParameterValue }) => [ParameterName, ParameterValue]),
  );
}

const secretOf = (name: string): Promise<KubeSecret> =>
  environment().kube.get(secretKind, { namespace: NAMESPACE, name });

/** As Kyma has them. */
const SIZES = [
  't4g.small',
  't4g.medium',
  'm7g.large',
  'm7g.xlarge',
  'm7g.2xlarge',
  'm7g.4xlarge',
  'm7g.8xlarge',
  'm7g.16xlarge',
];
const LARGE = SIZES.slice(2);
const tiersOf = (letter: string, sizes: readonly string[], nodes: number) =>
  sizes.map((size, at) => ({ tier: `${letter}${at + 1}`, nodeType: `cache.${size}`, nodes }));

describe('redisTier', () => {
  it('of an AwsRedisInstance is the size of its nodes, of which P tiers have two', async () => {
    const tiers = [...tiersOf('S', SIZES, 1), ...tiersOf('P', LARGE, 2)];
    const all = tiers.map(({ tier }) => withSpec(instance(tier.toLowerCase()), { redisTier: tier }));
    await users.apply(...all);
    await users.untilReady(...all);
    for (const [at, manifest] of all.entries()) {
      const { nodeType, nodes } = tiers[at] ?? {};
      const found = await nodesOf(manifest);
      expect(found.map(({ CacheNodeType }) => CacheNodeType)).toEqual(
        Array.from({ length: nodes ?? 0 }, () => nodeType),
      );
    }
  });

  it('of an AwsRedisCluster is the size of its nodes', async () => {
    const tiers = tiersOf('C', SIZES, 1);
    const all = tiers.map(({ tier }) => withSpec(cluster(tier.toLowerCase()), { redisTier: tier }));
    await users.apply(...all);
    await users.untilReady(...all);
    for (const [at, manifest] of all.entries()) {
      expect(await nodesOf(manifest)).toMatchObject([{ CacheNodeType: tiers[at]?.nodeType }]);
    }
  });
});

describe.each([
  { kind: 'AwsRedisInstance', aRedis: instance, larger: { tier: 'S3', nodeType: 'cache.m7g.large' } },
  { kind: 'AwsRedisCluster', aRedis: cluster, larger: { tier: 'C3', nodeType: 'cache.m7g.large' } },
])('an $kind', ({ aRedis, larger }) => {
  it('has all that it asks for from the beginning', async () => {
    const redis = withSpec(aRedis(), {
      engineVersion: '7.1',
      authEnabled: true,
      autoMinorVersionUpgrade: true,
      preferredMaintenanceWindow: 'sun:23:00-mon:01:30',
      parameters: { 'maxmemory-policy': 'allkeys-lru' },
    });
    await users.apply(redis);
    await users.untilReady(redis);
    const group = await groupOf(redis);
    expect(group).toMatchObject({
      AuthTokenEnabled: true,
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      AutoMinorVersionUpgrade: true,
    });
    const [node] = await nodesOf(redis);
    expect(node).toMatchObject({ PreferredMaintenanceWindow: 'sun:23:00-mon:01:30' });
    expect(node?.EngineVersion).toMatch(/^7\.1/);
    expect(await parametersOf(redis)).toMatchObject({ 'maxmemory-policy': 'allkeys-lru' });
    const { TagList = [] } = await caches().send(new ListTagsForResourceCommand({ ResourceName: group.ARN }));
    expect(TagList.map(({ Value }) => Value)).toEqual(
      expect.arrayContaining([`${NAMESPACE}--${redis.metadata.name}`, `${NAMESPACE}/${await idOf(redis)}`]),
    );
  });

  it('becomes as it is changed, field by field', async () => {
    const redis = aRedis();
    await users.apply(redis);
    await users.untilReady(redis);
    await edit(redis, { redisTier: larger.tier });
    const types = (await nodesOf(redis)).map(({ CacheNodeType }) => CacheNodeType);
    expect(new Set(types)).toEqual(new Set([larger.nodeType]));
    await edit(redis, { engineVersion: '7.1' });
    expect((await nodesOf(redis))[0]?.EngineVersion).toMatch(/^7\.1/);
    await edit(redis, { parameters: { 'maxmemory-policy': 'allkeys-lru', 'notify-keyspace-events': 'Ex' } });
    expect(await parametersOf(redis)).toMatchObject({
      'maxmemory-policy': 'allkeys-lru',
      'notify-keyspace-events': 'Ex',
    });
    await edit(redis, { parameters: { 'maxmemory-policy': 'volatile-ttl', 'notify-keyspace-events': null } });
    expect(await parametersOf(redis)).toMatchObject({ 'maxmemory-policy': 'volatile-ttl' });
    expect((await parametersOf(redis))['notify-keyspace-events'] ?? '').toBe('');
    await edit(redis, { preferredMaintenanceWindow: 'tue:03:00-tue:04:00', autoMinorVersionUpgrade: true });
    expect((await nodesOf(redis))[0]).toMatchObject({
      PreferredMaintenanceWindow: 'tue:03:00-tue:04:00',
      AutoMinorVersionUpgrade: true,
    });
    await edit(redis, { authEnabled: true });
    expect(await groupOf(redis)).toMatchObject({ AuthTokenEnabled: true });
    expect(decoded(await secretOf(redis.metadata.name))['authString']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('publishes a Secret as authSecret asks, and changes it with that', async () => {
    const authSecret = {
      name: 'published',
      labels: { team: 'a' },
      annotations: { 'example.com/note': 'here' },
      extraData: { dsn: 'rediss://{{ .host }}:{{ .port }}' },
    };
    const redis = withSpec(aRedis(), { authSecret });
    await users.apply(redis);
    await users.untilReady(redis);
    const first = await secretOf('published');
    const { host, port, dsn } = decoded(first);
    expect(dsn).toBe(`rediss://${host}:${port}`);
    expect(first.metadata).toMatchObject({ labels: { team: 'a' }, annotations: { 'example.com/note': 'here' } });
    await edit(redis, {
      authSecret: { labels: { team: null, tier: 'b' }, annotations: null, extraData: { dsn: null, at: '{{ .host }}' } },
    });
    await environment().settle();
    const then = await secretOf('published');
    expect(then.metadata.labels).toMatchObject({ tier: 'b' });
    expect(then.metadata.labels).not.toHaveProperty('team');
    expect(then.metadata.annotations).not.toHaveProperty('example.com/note');
    expect(decoded(then)).toMatchObject({ host, at: host });
    expect(decoded(then)).not.toHaveProperty('dsn');
  });

  it('gets another token after authTokenRotationDays', async () => {
    const redis = withSpec(aRedis(), { authEnabled: true, authTokenRotationDays: 1 });
    await users.apply(redis);
    await users.untilReady(redis);
    const token = async () => decoded(await secretOf(redis.metadata.name))['authString'];
    const first = await token();
    const tookMs = await environment().until(async () => (await token()) !== first, { limitMs: 2 * DAY_MS });
    expect(tookMs).toBeGreaterThan(DAY_MS / 2);
  });
});

it('an AwsRedisCluster has as many shards and replicas as it asks for, more and fewer', async () => {
  const redis = withSpec(cluster(), { redisTier: 'C3', shardCount: 2, replicasPerShard: 1 });
  await users.apply(redis);
  await users.untilReady(redis);
  const shape = async () =>
    ((await groupOf(redis)).NodeGroups ?? []).map(({ NodeGroupMembers = [] }) => NodeGroupMembers.length);
  expect(await shape()).toEqual([2, 2]);
  await edit(redis, { shardCount: 3 });
  expect(await shape()).toEqual([2, 2, 2]);
  await edit(redis, { replicasPerShard: 2 });
  expect(await shape()).toEqual([3, 3, 3]);
  await edit(redis, { shardCount: 1, replicasPerShard: 0 });
  expect(await shape()).toEqual([1]);
});
