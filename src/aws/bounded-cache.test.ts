import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../util/virtual-clock.ts';
import { BoundedCache } from './bounded-cache.ts';

function aCache() {
  const clock = new VirtualClock();
  const reads: string[] = [];
  const cache = new BoundedCache<string>(clock, { most: 2, keptMs: 1_000 });
  const get = (key: string): Promise<string> =>
    cache.get(key, () => {
      reads.push(key);
      return Promise.resolve(key.toUpperCase());
    });
  return { clock, cache, reads, get };
}

describe('BoundedCache', () => {
  it('reads once and again after its time', async () => {
    const { clock, reads, get } = aCache();
    expect([await get('a'), await get('a')]).toEqual(['A', 'A']);
    expect(reads).toEqual(['a']);
    clock.advance(1_000);
    await get('a');
    expect(reads).toEqual(['a', 'a']);
  });

  it('lets go what was not used for longest', async () => {
    const { reads, get } = aCache();
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(reads).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps no failure', async () => {
    const { cache, get } = aCache();
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(get('a')).resolves.toBe('A');
  });
});
