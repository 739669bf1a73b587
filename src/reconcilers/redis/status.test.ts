import { describe, expect, it } from 'vitest';
import { createMemoryCluster } from '../../../test/support/memory-cluster.ts';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { aMember, aReplicationGroup } from '../../../test/support/replication-groups.ts';
import { redisCluster } from '../cloud-control/redis-cluster/redis-cluster.ts';
import { redisInstance } from '../cloud-control/redis-instance/redis-instance.ts';
import { redisReady } from '../replication-group/findings.ts';
import { createMemory } from '../replication-group/memory.ts';
import type { ReplicationGroup } from '../../aws/index.ts';
import type { RedisKind, RedisObject, RedisStatus } from './redis-kind.ts';
import { createRedisState } from './redis-state.ts';
import { redisStatusOf } from './status.ts';

const nothing = { ensure: async () => '', isIntact: () => true, restMs: () => 0, delete: async () => {} };

function stateOf<O extends RedisObject>(kind: RedisKind<O>, object: O) {
  const kubernetes = { cluster: createMemoryCluster({}), secrets: nothing, announce: () => {} };
  return createRedisState(kind, object, { kubernetes, memory: createMemory(), waitScale: 1 });
}

function statusWith<O extends RedisObject>(kind: RedisKind<O>, object: O, group: ReplicationGroup | undefined): object {
  const state = stateOf(kind, object);
  state.observed.isGroupLoaded = true;
  state.observed.group = group;
  state.memory.members = group === undefined ? [] : [aMember(), aMember({ engineVersion: '7.0.5' })];
  state.finding = redisReady(false);
  return redisStatusOf(state);
}

describe('the status', () => {
  it('of a cluster shows its endpoint, shards, replicas, and the version of the member furthest behind', () => {
    expect(statusWith(redisCluster, aRedisCluster(), aReplicationGroup())).toMatchObject({
      id: 'cm-demo',
      discoveryEndpoint: 'clustercfg.cm-demo:6379',
      shardCount: 3,
      replicasPerShard: 1,
      engineVersion: '7.0.5',
      nodeType: 'cache.m7g.large',
      state: 'Ready',
      observedGeneration: 1,
    });
  });

  it('of an instance shows both endpoints and its replicas', () => {
    const shard = aReplicationGroup({ shards: [2] }).nodeGroups.map((nodeGroup) => ({
      ...nodeGroup,
      primaryEndpoint: { host: 'master', port: 6379 },
      readerEndpoint: { host: 'replica', port: 6379 },
    }));
    const group = aReplicationGroup({ shards: [2], nodeGroups: shard, configurationEndpoint: undefined });
    expect(statusWith(redisInstance, aRedisInstance(), group)).toMatchObject({
      primaryEndpoint: 'master:6379',
      readEndpoint: 'replica:6379',
      replicaCount: 1,
    });
  });

  it.each([
    { kind: 'cluster', status: () => statusWith(redisCluster, aRedisCluster(), emptyGroup()) },
    { kind: 'instance', status: () => statusWith(redisInstance, aRedisInstance(), emptyGroup()) },
  ])('of a $kind that AWS shows without nodes and endpoints has none, nor their numbers', ({ status }) => {
    const { discoveryEndpoint, primaryEndpoint, shardCount, replicasPerShard, replicaCount } =
      status() as RedisStatus & {
        readonly [name: string]: unknown;
      };
    expect([discoveryEndpoint, primaryEndpoint]).toEqual([undefined, undefined]);
    expect([shardCount, replicasPerShard, replicaCount]).toEqual([undefined, undefined, undefined]);
  });

  it('drops what it said of a group that is gone', () => {
    const before: RedisStatus = { id: 'cm-demo', nodeType: 'cache.m7g.large', engineVersion: '7.0.7' };
    const after = statusWith(redisCluster, { ...aRedisCluster(), status: before }, undefined);
    expect(after).toMatchObject({ id: 'cm-demo', nodeType: undefined, engineVersion: undefined });
  });

  it('keeps what it said when the pass did not come as far as AWS', () => {
    const before: RedisStatus = { id: 'cm-demo', nodeType: 'cache.m7g.large', state: 'Ready', observedGeneration: 1 };
    const state = stateOf(redisCluster, { ...aRedisCluster(), status: before });
    expect(redisStatusOf(state)).toMatchObject(before);
  });
});

function emptyGroup(): ReplicationGroup {
  return aReplicationGroup({ shards: [], memberIds: [], configurationEndpoint: undefined });
}
