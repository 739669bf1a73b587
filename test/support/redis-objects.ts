import type { RedisCluster, RedisClusterAws } from '../../src/api/cloud-control/v1beta1/redis-cluster.ts';
import type { RedisInstance, RedisInstanceAws } from '../../src/api/cloud-control/v1beta1/redis-instance.ts';

const API_VERSION = 'cloud-control.kyma-project.io/v1beta1';

function aSpec<A>(aws: A) {
  return {
    remoteRef: { namespace: 'default', name: 'cache' },
    ipRange: { name: 'range' },
    scope: { name: 'demo' },
    instance: { aws },
  };
}

function aMeta(kind: string) {
  return { name: 'demo', namespace: 'kcp-system', uid: `uid-${kind}`, resourceVersion: '1', generation: 1 };
}

const common = {
  cacheNodeType: 'cache.m7g.large',
  engineVersion: '7.0',
  autoMinorVersionUpgrade: false,
  authEnabled: false,
} as const;

/** A RedisInstance as the API server stores it: defaults filled in, nothing optional. */
export function aRedisInstance(aws: Partial<RedisInstanceAws> = {}): RedisInstance {
  return {
    apiVersion: API_VERSION,
    kind: 'RedisInstance',
    metadata: aMeta('instance'),
    spec: aSpec({ ...common, readReplicas: 0, ...aws }),
  };
}

/** A RedisCluster of three shards with a replica each. */
export function aRedisCluster(aws: Partial<RedisClusterAws> = {}): RedisCluster {
  return {
    apiVersion: API_VERSION,
    kind: 'RedisCluster',
    metadata: aMeta('cluster'),
    spec: aSpec({ ...common, shardCount: 3, replicasPerShard: 1, ...aws }),
  };
}
