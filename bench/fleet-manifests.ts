/** What the fleet is made of. */
import type { IpRange, RedisCluster, Scope } from '../src/api/index.ts';
import type { KubeInput } from '../src/kube/index.ts';

export const NAMESPACE = 'kcp-system';

const remoteRef = (name: string) => ({ namespace: 'default', name });

export const scope: KubeInput<Scope> = {
  metadata: { name: 'fleet', namespace: NAMESPACE },
  spec: {
    kymaName: 'fleet',
    shootName: 'fleet',
    region: 'eu-central-1',
    provider: 'aws',
    scope: {
      aws: {
        accountId: '123456789012',
        vpcNetwork: 'shoot--sandbox--demo',
        network: {
          nodes: '10.250.0.0/22',
          pods: '10.96.0.0/13',
          services: '10.104.0.0/13',
          vpc: { cidr: '10.250.0.0/22' },
          zones: ['a', 'b', 'c'].map((letter) => ({ name: `eu-central-1${letter}` })),
        },
      },
    },
  },
};

export const ipRange: KubeInput<IpRange> = {
  metadata: { name: 'fleet', namespace: NAMESPACE },
  spec: { remoteRef: remoteRef('fleet'), scope: { name: 'fleet' }, cidr: '10.251.0.0/20' },
};

export function nameOf(index: number): string {
  return `redis-${String(index).padStart(4, '0')}`;
}

/** One shard of two nodes, with a token and a parameter of its own: all seven AWS resources that a Redis can have but user groups. */
export function aCluster(index: number): KubeInput<RedisCluster> {
  const name = nameOf(index);
  return {
    metadata: { name, namespace: NAMESPACE },
    spec: {
      remoteRef: remoteRef(name),
      scope: { name: 'fleet' },
      ipRange: { name: 'fleet' },
      instance: {
        aws: {
          cacheNodeType: 'cache.t4g.small',
          engineVersion: '7.1',
          authEnabled: true,
          autoMinorVersionUpgrade: false,
          parameters: { 'maxmemory-policy': 'allkeys-lru' },
          shardCount: 1,
          replicasPerShard: 1,
        },
      },
    },
  };
}
