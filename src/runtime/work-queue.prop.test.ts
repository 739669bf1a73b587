import fc from 'fast-check';
import { expect, it } from 'vitest';
import { turn } from '../../test/support/virtual-time.ts';
import { keyText, type ObjectKey } from '../kube/index.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { type WorkEnd, WorkQueue } from './work-queue.ts';

const key = fc.record({
  cluster: fc.constantFrom('one', 'two', 'three'),
  namespace: fc.constant('n'),
  name: fc.constantFrom('a', 'b', 'c'),
});
const ending: fc.Arbitrary<WorkEnd> = fc.oneof(
  fc.constant<WorkEnd>({ kind: 'done' }),
  fc.constant<WorkEnd>({ kind: 'failed' }),
  fc.constant<WorkEnd>({ kind: 'progress' }),
  fc.nat(500).map<WorkEnd>((delayMs) => ({ kind: 'later', delayMs })),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key, delayMs: fc.constantFrom(0, 0, 50, 300) }),
  fc.record({ do: fc.constant('finish' as const), end: ending }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.nat(200) }),
);

/** Some workers that take whatever comes; the test finishes their work. */
function aCrew(workers: number) {
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock, backoff: { firstMs: 10, longestMs: 400 }, random: () => 0.5 });
  const stopping = new AbortController();
  const busy: ObjectKey[] = [];
  const takenAt: { key: string; cluster: string; atMs: number }[] = [];
  const take = (): void => {
    queue.take(stopping.signal).then(
      (key) => {
        expect(busy.map(keyText)).not.toContain(keyText(key));
        busy.push(key);
        takenAt.push({ key: keyText(key), cluster: key.cluster, atMs: clock.monotonicMs() });
      },
      () => {},
    );
  };
  for (let i = 0; i < workers; i += 1) take();
  const finishOne = async (end: WorkEnd): Promise<void> => {
    const key = busy.shift();
    if (key === undefined) return;
    queue.finish(key, end);
    take();
    await turn();
  };
  return { clock, queue, busy, takenAt, finishOne, stop: () => stopping.abort(new Error('stop')) };
}

it('loses nothing and works on nothing twice at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (steps, workers) => {
      const crew = aCrew(workers);
      /** When each key has to have been taken by, if all goes as promised: the latest wish not yet fulfilled. */
      const wished = new Map<string, number>();
      for (const action of steps) {
        if (action.do === 'add') {
          crew.queue.add(action.key, action.delayMs);
          const text = keyText(action.key);
          wished.set(text, Math.max(wished.get(text) ?? 0, crew.clock.monotonicMs()));
        } else if (action.do === 'finish') await crew.finishOne(action.end);
        else crew.clock.advance(action.ms);
        await turn();
      }
      for (let i = 0; i < 100 && (crew.queue.isBusy || crew.queue.depth > 0); i += 1) {
        await crew.finishOne({ kind: 'done' });
        crew.clock.advance(50);
        await turn();
      }
      for (const [text, sinceMs] of wished) {
        expect(crew.takenAt.some(({ key, atMs }) => key === text && atMs >= sinceMs)).toBe(true);
      }
      expect([crew.queue.depth, crew.queue.processing]).toEqual([0, 0]);
      crew.stop();
      crew.queue.stop();
      expect(crew.clock.pending).toBe(0);
    }),
    { numRuns: 200 },
  );
});

it('gives out nothing before its time, and within a cluster what is due longest first', async () => {
  const delays = fc.uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(delays, async (delaysMs) => {
      const crew = aCrew(1);
      for (const delayMs of delaysMs) {
        crew.queue.add({ cluster: 'one', namespace: '', name: String(delayMs) }, delayMs + 1);
      }
      for (let i = 0; i < delaysMs.length; i += 1) {
        crew.clock.advance(crew.clock.nextDueInMs ?? 0);
        await turn();
        await crew.finishOne({ kind: 'done' });
      }
      const sorted = delaysMs.toSorted((a, b) => a - b);
      expect(crew.takenAt.map(({ key, atMs }) => [key, atMs])).toEqual(sorted.map((ms) => [`one//${ms}`, ms + 1]));
      crew.stop();
    }),
    { numRuns: 50 },
  );
});

it('lets no cluster wait longer than one turn of each other', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(sizes, async (sizes) => {
      const crew = aCrew(0);
      for (const [cluster, size] of sizes.entries()) {
        for (let i = 0; i < size; i += 1) crew.queue.add({ cluster: `c${cluster}`, namespace: '', name: `${i}` });
      }
      const left = new Map(sizes.map((size, cluster) => [`c${cluster}`, size]));
      const lastTurn = new Map<string, number>();
      const { signal } = new AbortController();
      const total = sizes.reduce((sum, size) => sum + size, 0);
      for (let turnNo = 0; turnNo < total; turnNo += 1) {
        const waiting = left.size;
        const { cluster } = await crew.queue.take(signal);
        expect(turnNo - (lastTurn.get(cluster) ?? -1)).toBeLessThanOrEqual(Math.max(waiting, sizes.length));
        lastTurn.set(cluster, turnNo);
        const rest = (left.get(cluster) ?? 0) - 1;
        if (rest === 0) left.delete(cluster);
        else left.set(cluster, rest);
      }
    }),
    { numRuns: 50 },
  );
});
