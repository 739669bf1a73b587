import { describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { createMemoryCluster } from '../../../test/support/memory-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { redisInstanceKind } from '../../api/cloud-control/v1beta1/redis-instance.ts';
import type { KubeObject } from '../../kube/index.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { createMemories, type Memories } from '../replication-group/memory.ts';
import { NAME_INDEX } from './name-claim.ts';
import { createRedisPasses, type RedisPassDeps } from './reconciler.ts';
import type { RedisObject } from './redis-kind.ts';

function neverAsked(): never {
  throw new Error('Neither AWS nor the Secret is asked for');
}

const deps: RedisPassDeps = {
  aws: { elastiCache: neverAsked, ec2: neverAsked, secretsManager: neverAsked, tagging: neverAsked },
  timing: {
    lookIntervalMs: 600_000,
    fullCheckIntervalMs: 21_600_000,
    waitScale: 1,
    waitTickMs: 10_000,
    tokenGraceMs: 600_000,
  },
  targetOf: () => ({ accountId: '123456789012', region: 'eu-central-1', roleArn: undefined }),
};
const secrets = { ensure: neverAsked, isIntact: () => false, restMs: () => 0, delete: neverAsked };
const indexes = { [NAME_INDEX]: ({ metadata }: KubeObject) => [metadata.name] };

/** Uids of the objects that are remembered after a pass over a RedisInstance beside `others`. */
async function rememberedBeside(...others: readonly RedisObject[]): Promise<readonly string[]> {
  const uids = new Set<string>();
  const inner = createMemories();
  const memories: Memories = {
    of: (uid) => {
      uids.add(uid);
      return inner.of(uid);
    },
    forget: (uid) => void uids.delete(uid),
  };
  const clock = new VirtualClock();
  const cluster = createMemoryCluster({ RedisInstance: indexes, RedisCluster: indexes }, clock);
  const redis = aRedisInstance();
  for (const object of [aScope(), redis, ...others]) cluster.put(object);
  const kind = { kind: redisInstanceKind, topologyOf: neverAsked, statusFieldsOf: neverAsked };
  const pass = createRedisPasses(kind, deps, memories);
  const { outcome } = await pass(redis, aPass({ clock }), { cluster, secrets, announce: () => {} });
  expect(outcome.kind).not.toBe('failed');
  return [...uids];
}

describe('the memory of an object', () => {
  it('is kept as soon as the object has our finalizer', async () => {
    expect(await rememberedBeside()).toEqual([aRedisInstance().metadata.uid]);
  });

  it('is not kept while another has its name, because it may go without another pass', async () => {
    const owner = aRedisCluster();
    expect(
      await rememberedBeside({ ...owner, status: { createIntent: { time: '2026-01-01T00:00:00Z', attempt: 1 } } }),
    ).toEqual([]);
  });
});
