/** How many keys the work queue hands out a second. */
import type { ObjectKey } from '../src/kube/index.ts';
import { WorkQueue } from '../src/runtime/work-queue.ts';
import { systemClock } from '../src/util/clock.ts';
import { type Benchmark, type Figure, figure } from './figures.ts';

export const queue: Benchmark = {
  name: 'queue',
  what: '100,000 keys of 10 clusters, taken by 500 workers and finished; and the same keys put off by up to an hour',
  run: async () => {
    await throughput(KEYS / 10); // warms the compiler up
    return [await throughput(KEYS), putOff()];
  },
};

const KEYS = 100_000;
const CLUSTERS = 10;
const WORKERS = 500;
const HOUR_MS = 3_600_000;

async function throughput(count: number): Promise<Figure> {
  const queue = new WorkQueue({ clock: systemClock });
  const ending = new AbortController();
  const startMs = systemClock.monotonicMs();
  for (const key of keys(count)) queue.add(key);
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      const key = await queue.take(ending.signal);
      queue.finish(key, { kind: 'done' });
      left -= 1;
      // Whoever still waits for a key then waits in vain.
      if (left === 0) ending.abort(new Error('All is done'));
    }
  };
  await Promise.allSettled(Array.from({ length: WORKERS }, work));
  return perSecond('added, taken and finished', count, startMs);
}

/** What a fleet at rest is: every object waits for its next look, and a new time replaces the former. */
function putOff(): Figure {
  const queue = new WorkQueue({ clock: systemClock });
  const all = keys(KEYS);
  const startMs = systemClock.monotonicMs();
  for (const [index, key] of all.entries()) queue.add(key, HOUR_MS - index);
  for (const [index, key] of all.entries()) queue.add(key, HOUR_MS / 2 - index);
  const done = perSecond('put off', 2 * KEYS, startMs);
  queue.stop();
  return done;
}

function keys(count: number): readonly ObjectKey[] {
  return Array.from({ length: count }, (_, index) => ({
    cluster: `cluster-${index % CLUSTERS}`,
    namespace: 'kcp-system',
    name: `object-${index}`,
  }));
}

function perSecond(name: string, count: number, startMs: number): Figure {
  return figure(name, (count / (systemClock.monotonicMs() - startMs)) * 1000, 'keys a second');
}
