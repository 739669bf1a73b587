import { Cluster, Redis } from 'ioredis';
import { tolerateLostAsking } from '../../src/cli/demo/application/client.ts';
import type { Address, DeploymentSpec } from '../../src/sandbox/aws/elasticache/data-plane.ts';

/** A deployment of one node without cluster mode, open, encrypted. */
export function aDeployment(overrides: Partial<DeploymentSpec> = {}): DeploymentSpec {
  return {
    key: '123456789012/eu-central-1/demo',
    groupId: 'demo',
    region: 'eu-central-1',
    port: 6379,
    isClustered: false,
    isTransitEncrypted: true,
    engineVersion: '7.0.7',
    shards: [{ id: '0001', slots: '0-16383', nodeIds: ['demo-001'] }],
    tokens: [undefined],
    ...overrides,
  };
}

export interface RedisAccess {
  readonly caPem: string;
  readonly token?: string;
}

/** A client as a user makes it; it fails at once instead of trying again. */
export function redisClient(address: Address | undefined, { caPem, token }: RedisAccess): Redis {
  const client = new Redis({
    host: address?.host ?? '',
    port: address?.port ?? 0,
    tls: { ca: caPem },
    ...(token !== undefined && { password: token }),
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  // The rejected command says it; without a listener the client would also print it.
  client.on('error', () => {});
  return client;
}

export function clusterClient(address: Address | undefined, { caPem, token }: RedisAccess): Cluster {
  const cluster = new Cluster([{ host: address?.host ?? '', port: address?.port ?? 0 }], {
    redisOptions: { tls: { ca: caPem }, ...(token !== undefined && { password: token }) },
    lazyConnect: true,
  });
  tolerateLostAsking(cluster);
  cluster.on('error', () => {});
  return cluster;
}

/** The answer to PING; the client is closed afterwards. */
export async function ping(address: Address | undefined, access: RedisAccess): Promise<string> {
  const client = redisClient(address, access);
  try {
    return await client.ping();
  } finally {
    client.disconnect();
  }
}
