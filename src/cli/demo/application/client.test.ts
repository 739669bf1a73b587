import { Cluster, Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { turns } from '../../../../test/support/virtual-time.ts';
import { tolerateLostAsking } from './client.ts';

it('an ASKING whose connection closes is told to who waits for it, and ends no process when nobody does', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
  tolerateLostAsking(cluster);
  const node = new Redis({ lazyConnect: true, retryStrategy: () => null });
  cluster.emit('+node', node);
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);
  process.on('unhandledRejection', note);
  node.disconnect();
  void node.asking();
  await expect(node.asking()).rejects.toThrow('closed');
  await turns();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
