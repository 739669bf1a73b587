import { describe, expect, it } from 'vitest';
import { turns } from '../../test/support/virtual-time.ts';
import type { ObjectKey } from '../kube/index.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { type WorkEnd, WorkQueue, type WorkQueueOptions } from './work-queue.ts';

const aKey = (name: string, cluster = 'one'): ObjectKey => ({ cluster, namespace: 'n', name });
const done: WorkEnd = { kind: 'done' };

function aQueue(options: Partial<WorkQueueOptions> = {}) {
  const clock = new VirtualClock();
  const waits: number[] = [];
  const queue = new WorkQueue({
    clock,
    backoff: { firstMs: 100, longestMs: 1_000 },
    random: () => 1,
    onTaken: (waitedMs) => waits.push(waitedMs),
    ...options,
  });
  const { signal } = new AbortController();
  /** The names that can be taken now, without time passing. */
  const takeNow = async (): Promise<string | undefined> => {
    const ending = new AbortController();
    const taken = queue.take(ending.signal).then(
      (key) => key.name,
      () => undefined,
    );
    await turns(2);
    ending.abort(new Error('nothing is due'));
    return taken;
  };
  const takeAndFinish = async (end: WorkEnd = done): Promise<string | undefined> => {
    const name = await takeNow();
    if (name !== undefined) queue.finish(aKey(name), end);
    return name;
  };
  /** After how long `name` can be taken again. */
  const dueIn = async (name: string, endings: readonly WorkEnd[]): Promise<number[]> => {
    const delays: number[] = [];
    queue.add(aKey(name));
    for (const end of endings) {
      await takeAndFinish(end);
      const startMs = clock.monotonicMs();
      const next = queue.take(signal);
      await turns(2);
      clock.advance(clock.nextDueInMs ?? 0);
      await next;
      delays.push(clock.monotonicMs() - startMs);
      queue.finish(aKey(name), { kind: 'later', delayMs: 0 });
    }
    return delays;
  };
  return { clock, queue, waits, signal, takeNow, takeAndFinish, dueIn };
}

describe('a key', () => {
  it('is given out once, however often it was added', async () => {
    const { queue, takeAndFinish } = aQueue();
    queue.add(aKey('a'));
    queue.add(aKey('a'));
    expect([await takeAndFinish(), await takeAndFinish()]).toEqual(['a', undefined]);
  });

  it('that is added while it is processed waits until that is finished', async () => {
    const { queue, takeNow } = aQueue();
    queue.add(aKey('a'));
    await takeNow();
    queue.add(aKey('a'));
    expect(await takeNow()).toBeUndefined();
    queue.finish(aKey('a'), done);
    expect(await takeNow()).toBe('a');
  });

  it('is due at the earliest of its times', async () => {
    const { queue, clock, takeNow } = aQueue();
    queue.add(aKey('a'), 5_000);
    queue.add(aKey('a'), 1_000);
    queue.add(aKey('a'), 3_000);
    expect(queue.depth).toBe(1);
    clock.advance(999);
    expect(await takeNow()).toBeUndefined();
    clock.advance(1);
    expect(await takeNow()).toBe('a');
    queue.finish(aKey('a'), done);
    clock.advance(10_000);
    expect(await takeNow()).toBeUndefined();
  });

  it('that a change made due is not held back by the time that its pass asked for', async () => {
    const { queue, takeNow } = aQueue();
    queue.add(aKey('a'));
    await takeNow();
    queue.add(aKey('a'));
    queue.finish(aKey('a'), { kind: 'later', delayMs: 60_000 });
    expect(await takeNow()).toBe('a');
  });

  it('is forgotten when it is done', async () => {
    const { queue, takeAndFinish } = aQueue();
    queue.add(aKey('a'));
    await takeAndFinish();
    expect([queue.depth, queue.processing, queue.isBusy]).toEqual([0, 0, false]);
  });

  it('cannot be finished by who did not take it', () => {
    const { queue } = aQueue();
    queue.add(aKey('a'));
    expect(() => queue.finish(aKey('a'), done)).toThrow('is not being processed');
  });
});

describe('who waits', () => {
  it('gets a key as soon as it is due', async () => {
    const { queue, clock, signal, waits } = aQueue();
    const taken = queue.take(signal);
    queue.add(aKey('a'), 1_000);
    clock.advance(1_000);
    expect((await taken).name).toBe('a');
    expect(waits).toEqual([0]);
  });

  it('can give up, and then takes nothing away from the others', async () => {
    const { queue, signal } = aQueue();
    const ending = new AbortController();
    const given = queue.take(ending.signal);
    const other = queue.take(signal);
    ending.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    queue.add(aKey('a'));
    expect((await other).name).toBe('a');
  });

  it('hears at once when its signal has ended before', async () => {
    const { queue } = aQueue();
    queue.add(aKey('a'));
    await expect(queue.take(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(queue.depth).toBe(1);
  });

  it('learns how long a key was due', async () => {
    const { queue, clock, takeNow, waits } = aQueue();
    queue.add(aKey('a'), 1_000);
    clock.advance(4_000);
    await takeNow();
    expect(waits).toEqual([3_000]);
  });
});

describe('pauses', () => {
  const failed: WorkEnd = { kind: 'failed' };

  it('double with each failure, up to the longest', async () => {
    const { queue, clock, takeAndFinish } = aQueue();
    queue.add(aKey('a'));
    const delays: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      await takeAndFinish(failed);
      const startMs = clock.monotonicMs();
      while (!queue.isBusy) clock.advance(50);
      delays.push(clock.monotonicMs() - startMs);
    }
    expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('after conflicts stay short, and do not end a row of failures', async () => {
    const { queue, clock, takeAndFinish } = aQueue({ backoff: { firstMs: 100, longestMs: 8_000 } });
    queue.add(aKey('a'));
    const delays: number[] = [];
    for (const kind of [
      'failed',
      'conflict',
      'conflict',
      'conflict',
      'conflict',
      'conflict',
      'conflict',
      'failed',
    ] as const) {
      await takeAndFinish({ kind });
      const startMs = clock.monotonicMs();
      while (!queue.isBusy) clock.advance(50);
      delays.push(clock.monotonicMs() - startMs);
    }
    expect(delays).toEqual([100, 100, 200, 400, 800, 1_000, 1_000, 200]);
  });

  it('after conflicts without end grow to a minute: somebody writes whenever we do', async () => {
    const { queue, clock, takeAndFinish } = aQueue({ backoff: { firstMs: 100, longestMs: 300_000 } });
    queue.add(aKey('a'));
    const delays: number[] = [];
    for (let conflicts = 1; conflicts <= 40; conflicts += 1) {
      await takeAndFinish({ kind: 'conflict' });
      const startMs = clock.monotonicMs();
      while (!queue.isBusy) clock.advance(50);
      delays.push(clock.monotonicMs() - startMs);
    }
    expect(delays.slice(28, 34)).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(delays.at(-1)).toBe(60_000);
  });

  it('C10: begin anew after a success, also one that asks to come back', async () => {
    const { dueIn } = aQueue();
    // Between two endings of this list the key succeeds once.
    expect(await dueIn('a', [failed, failed, failed])).toEqual([100, 100, 100]);
  });

  it('are counted for each key alone', async () => {
    const { queue, clock, takeAndFinish, dueIn } = aQueue();
    queue.add(aKey('a'));
    await takeAndFinish(failed);
    clock.advance(100);
    await takeAndFinish(failed);
    expect(await dueIn('b', [failed])).toEqual([100]);
  });

  it('do not come between steps of progress', async () => {
    const { queue, takeAndFinish } = aQueue();
    queue.add(aKey('a'));
    for (let i = 0; i < 10; i += 1) expect(await takeAndFinish({ kind: 'progress' })).toBe('a');
  });

  it('slow down progress that never ends', async () => {
    const { queue, clock, takeAndFinish } = aQueue();
    queue.add(aKey('a'));
    let passes = 0;
    for (let i = 0; i < 100 && (await takeAndFinish({ kind: 'progress' })) !== undefined; i += 1) passes += 1;
    expect(passes).toBe(21);
    clock.advance(100);
    expect(await takeAndFinish()).toBe('a');
  });
});

describe('clusters', () => {
  it('take turns, so that a large one does not hold up a small one', async () => {
    const { queue, signal } = aQueue();
    for (let i = 0; i < 100; i += 1) queue.add(aKey(`large-${i}`, 'large'));
    queue.add(aKey('small', 'small'));
    const first = [await queue.take(signal), await queue.take(signal), await queue.take(signal)];
    expect(first.map((key) => key.name)).toEqual(['large-0', 'small', 'large-1']);
  });

  it('have no more than their share worked on at once, and the next when one of theirs is finished', async () => {
    const { queue, clock, takeNow } = aQueue({ mostPerCluster: () => 2 });
    for (const name of ['a', 'b', 'c']) queue.add(aKey(name, 'slow'));
    queue.add(aKey('d', 'other'), 1_000);
    expect([await takeNow(), await takeNow(), await takeNow()]).toEqual(['a', 'b', undefined]);
    const { signal } = new AbortController();
    const next = queue.take(signal);
    expect(clock.nextDueInMs).toBe(1_000);
    clock.advance(1_000);
    expect((await next).name).toBe('d');
    queue.finish(aKey('a', 'slow'), done);
    expect(await takeNow()).toBe('c');
  });

  it('that leave take their keys with them', async () => {
    const { queue, takeNow, clock } = aQueue();
    queue.add(aKey('a'));
    queue.add(aKey('b'), 1_000);
    await takeNow();
    queue.removeCluster('one');
    expect(queue.depth).toBe(0);
    queue.finish(aKey('a'), done);
    clock.advance(1_000);
    expect(await takeNow()).toBeUndefined();
    expect(queue.isBusy).toBe(false);
  });
});

it('stop lets go of the timer', async () => {
  const { queue, clock, signal } = aQueue();
  queue.take(signal).catch(() => {});
  queue.add(aKey('a'), 1_000);
  expect(clock.pending).toBe(1);
  queue.stop();
  expect(clock.pending).toBe(0);
});
