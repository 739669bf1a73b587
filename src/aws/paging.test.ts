import { describe, expect, it } from 'vitest';
import { chunksOf, readPages } from './paging.ts';

describe('readPages', () => {
  it('reads to the last page and says how many requests it took', async () => {
    const pages: Record<string, { items: number[]; next: string | undefined }> = {
      start: { items: [1, 2], next: 'a' },
      a: { items: [], next: 'b' },
      b: { items: [3], next: '' },
    };
    const read = await readPages((token) => Promise.resolve(pages[token ?? 'start'] ?? { items: [], next: undefined }));
    expect(read).toEqual({ items: [1, 2, 3], requests: 3 });
  });

  it('gives up on a list that never moves on', async () => {
    const stuck = readPages(() => Promise.resolve({ items: [1], next: 'same' }));
    await expect(stuck).rejects.toThrow('same page token twice');
  });

  it('takes a page without a list for an empty one', async () => {
    const read = await readPages(() => Promise.resolve({ items: undefined, next: undefined }));
    expect(read).toEqual({ items: [], requests: 1 });
  });
});

describe('chunksOf', () => {
  it('cuts into full pieces and a rest', () => {
    expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunksOf([], 2)).toEqual([]);
  });
});
