import { describe, expect, it } from 'vitest';
import { awaitAll, failuresIn, inLanes, throwAny } from './settled.ts';

const settled = (...promises: readonly Promise<unknown>[]) => Promise.allSettled(promises);

describe('the failures among settled promises', () => {
  it('are told in order, also when the reason is nothing', async () => {
    const some = await settled(Promise.reject(new Error('a')), Promise.resolve(1), Promise.reject(undefined));
    expect(failuresIn(some)).toEqual([new Error('a'), undefined]);
  });

  it('are none when all went well', async () => {
    expect(failuresIn(await settled(Promise.resolve(1)))).toEqual([]);
  });

  it('are thrown as they are when there is one, and together when there are several', () => {
    const [one, other] = [new TypeError('one'), new Error('other')];
    expect(() => throwAny([], 'both failed')).not.toThrow();
    expect(() => throwAny([one], 'both failed')).toThrow(one);
    expect(() => throwAny([one, other], 'both failed')).toThrow(new AggregateError([one, other], 'both failed'));
  });
});

describe('awaitAll', () => {
  it('gives the values of all, each of its type', async () => {
    const [number, text] = await awaitAll([Promise.resolve(1), Promise.resolve('a')]);
    expect([number + 1, text.length]).toEqual([2, 1]);
  });

  it('waits for the others when one fails', async () => {
    const slow = Promise.withResolvers<string>();
    const ends: string[] = [];
    const work = awaitAll([Promise.reject(new Error('failed')), slow.promise]).catch(() => ends.push('all'));
    await Promise.resolve();
    ends.push('slow');
    slow.resolve('done');
    await work;
    expect(ends).toEqual(['slow', 'all']);
  });
});

describe('inLanes', () => {
  it('works on so many at once, on all of them, and keeps their order', async () => {
    const running = { now: 0, most: 0 };
    const work = async (item: number): Promise<number> => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      for (let i = 0; i <= item % 3; i += 1) await Promise.resolve();
      running.now -= 1;
      if (item === 4) throw new Error('four');
      return item * 10;
    };
    const results = await inLanes([0, 1, 2, 3, 4, 5, 6], 3, work);
    expect(running).toEqual({ now: 0, most: 3 });
    expect(results.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
      0,
      10,
      20,
      30,
      'failed',
      50,
      60,
    ]);
  });
});
