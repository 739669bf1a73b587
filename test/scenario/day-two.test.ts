import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisClusterKind, redisInstanceKind } from '../../src/api/index.ts';
import { ANNOTATIONS } from '../../src/api/names.ts';
import { eventKind, findCondition, mergePatch, type ResourceKind, secretKind } from '../../src/kube/index.ts';
import type { RedisObject } from '../../src/reconcilers/redis/redis-kind.ts';
import { noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import { Environment } from '../support/environment.ts';
import { aRedisClusterManifest, aRedisInstanceManifest, changed, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';

const MINUTE_MS = 60_000;
const LOOK_MS = 10 * MINUTE_MS;

let environment: Environment;
/** What opens the servers of a group. */
const tokens = new Map<string, readonly (string | undefined)[]>();

beforeEach(async () => {
  const services = createAllServices({
    ...noDataPlane,
    apply: (spec) => {
      tokens.set(spec.groupId, spec.tokens);
      return noDataPlane.apply(spec);
    },
  });
  environment = await Environment.start({ services });
  await environment.prepareNetwork();
});
afterEach(() => environment.stop());

const KINDS: readonly { readonly kind: ResourceKind<RedisObject>; readonly manifest: Manifest }[] = [
  { kind: redisInstanceKind, manifest: aRedisInstanceManifest() },
  { kind: redisClusterKind, manifest: aRedisClusterManifest() },
];

describe.each(KINDS)('a $kind.kind', ({ kind, manifest }) => {
  const { name } = manifest.metadata;
  const id = `cm-${name}`;
  const redis = changed(manifest, 'spec.instance.aws.authEnabled', true);
  const status = async () => (await environment.find(kind, name))?.status;
  const annotate = (annotation: string, value: string | null): Promise<unknown> =>
    environment.kube.patch(
      kind,
      { namespace: NAMESPACE, name },
      mergePatch({ metadata: { annotations: { [annotation]: value } } }),
    );

  async function published(): Promise<string> {
    const { authString = '' } = (await environment.find(secretKind, id))?.data ?? {};
    return Buffer.from(authString, 'base64').toString();
  }

  beforeEach(async () => {
    await environment.apply(redis);
    await environment.untilReady(kind, name);
    await environment.advance(3 * LOOK_MS);
  });

  it('gets another token at once when somebody asks, over a restart, and refuses the published one at no moment', async () => {
    const before = await published();
    const refused: string[] = [];
    await annotate(ANNOTATIONS.rotateAuthToken, 'one');
    await environment.settle();
    expect(await status()).toMatchObject({ state: 'Ready', authToken: { phase: 'Rotating' } });
    const isOver = async (): Promise<boolean> => {
      const now = await status();
      if (tokens.get(id)?.includes(await published()) !== true) refused.push(JSON.stringify(now?.authToken));
      expect(now?.state).toBe('Ready');
      return now?.authToken?.phase === 'Settled';
    };
    await environment.until(async () => (await isOver()) || (await status())?.authToken?.phase === 'Published');
    await environment.restartOperator();
    await environment.until(isOver);
    expect(refused).toEqual([]);
    expect(await published()).not.toBe(before);
    expect(tokens.get(id)).toEqual([await published()]);
    const objects = [
      await environment.find(kind, name),
      await environment.kube.list(eventKind, { namespace: NAMESPACE }),
    ];
    expect(JSON.stringify(objects)).not.toContain(await published());
  });

  it('is checked at once when somebody asks, also while a pass is under way', async () => {
    let isHeld = false;
    environment.aws.faults.intercept(({ operation }) => {
      if (isHeld || operation !== 'DescribeCacheClusters') return undefined;
      isHeld = true;
      return { delayMs: 5_000 };
    });
    await annotate(ANNOTATIONS.reconcileNow, 'one');
    await environment.until(() => isHeld);
    await annotate(ANNOTATIONS.reconcileNow, 'two');
    const tookMs = await environment.until(async () => (await status())?.handledRequests?.reconcileNow === 'two');
    expect(tookMs).toBeLessThan(MINUTE_MS);
    environment.takeCalls();
    await environment.advance(LOOK_MS);
    expect(environment.takeCalls()).not.toContain('DescribeCacheParameters');
  });

  it('is left alone while it is paused, its deletion too, and goes on at once', async () => {
    await annotate(ANNOTATIONS.pause, 'true');
    await environment.edit(redis, { cacheNodeType: 'cache.r7g.large' });
    await environment.settle();
    environment.takeCalls();
    await environment.kube.delete(secretKind, { namespace: NAMESPACE, name: id });
    await environment.advance(24 * 60 * MINUTE_MS);
    const calls = environment.takeCalls().filter((operation) => /Replication|Cache|Secret/.test(operation));
    expect(calls).toEqual([]);
    expect(await environment.find(secretKind, id)).toBeUndefined();
    const { observedGeneration, state, conditions } = (await status()) ?? {};
    expect({ observedGeneration, state }).toEqual({ observedGeneration: 1, state: 'Ready' });
    expect(findCondition(conditions, 'Paused')?.status).toBe('True');

    await annotate(ANNOTATIONS.pause, null);
    await environment.settle();
    expect(await environment.find(secretKind, id)).toBeDefined();
    const { ReplicationGroups } = await environment.aws.elastiCache().send(new DescribeReplicationGroupsCommand({}));
    expect(ReplicationGroups).toMatchObject([{ Status: 'modifying' }]);
    expect(findCondition((await status())?.conditions, 'Paused')).toBeUndefined();
    await environment.untilReady(kind, name);

    await annotate(ANNOTATIONS.pause, 'true');
    await environment.delete(redis);
    await environment.advance(60 * MINUTE_MS);
    expect(tokens.get(id)).toEqual([await published()]);
    await annotate(ANNOTATIONS.pause, null);
    await environment.untilGone(kind, name);
    expect(JSON.stringify(environment.aws.state())).not.toContain(id);
  });
});
