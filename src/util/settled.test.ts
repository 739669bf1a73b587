import { describe, expect, it } from 'vitest';
import { failuresIn } from './settled.ts';

const settled = (...promises: readonly Promise<unknown>[]) => Promise.allSettled(promises);

describe('the failures among settled promises', () => {
  it('are told in order, also when the reason is nothing', async () => {
    const some = await settled(Promise.reject(new Error('a')), Promise.resolve(1), Promise.reject(undefined));
    expect(failuresIn(some)).toEqual([new Error('a'), undefined]);
  });

  it('are none when all went well', async () => {
    expect(failuresIn(await settled(Promise.resolve(1)))).toEqual([]);
  });
});
