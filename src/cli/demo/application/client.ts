import { Cluster, type Redis } from 'ioredis';
import type { Way } from './way.ts';

/** Connects as an application connects to a cluster of ElastiCache. *Throws* what the library says, and what a server said. */
export async function connectTo({ host, port, authToken, caPem }: Way): Promise<Cluster> {
  const cluster = new Cluster([{ host, port }], {
    lazyConnect: true,
    // Servers are named to the client as their certificates name them: https://github.com/redis/ioredis#special-note-aws-elasticache-clusters-with-tls
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: { tls: { ca: caPem }, ...(authToken !== undefined && { password: authToken }) },
  });
  tolerateLostAsking(cluster);
  let said = '';
  cluster.on('node error', (error: Error) => (said = error.message));
  // What fails is told by the promise of the command that met it.
  cluster.on('error', () => {});
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    // It would try again for ever.
    cluster.disconnect();
    throw new Error(`${failureOf(error)}: ${said}`, { cause: error });
  }
}

/**
 * While slots move, the library sends ASKING ahead of a command and looks at the answer to the command alone. Where the
 * connection closes under both, it sends the command again elsewhere, and nobody takes the rejection of ASKING, which would
 * end the process.
 */
export function tolerateLostAsking(cluster: Cluster): void {
  cluster.on('+node', (node: Redis) => {
    const ask = node.asking.bind(node);
    node.asking = () => {
      const answer = ask();
      answer.catch(() => {});
      return answer;
    };
  });
}

/** In the words of the library and of the server, which repeat no token. */
export function failureOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
