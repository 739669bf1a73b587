import { describe, expect, it } from 'vitest';
import { pauseAfter } from './backoff.ts';

const GROWTH = { firstMs: 100, longestMs: 1_000 };

describe('a pause after failures', () => {
  it.each([
    { failures: 1, longest: 100 },
    { failures: 2, longest: 200 },
    { failures: 4, longest: 800 },
    { failures: 5, longest: 1_000 },
    { failures: 5_000, longest: 1_000 },
  ])('is at most $longest ms after $failures, and at least half of it', ({ failures, longest }) => {
    expect(pauseAfter(failures, GROWTH, () => 1)).toBe(longest);
    expect(pauseAfter(failures, GROWTH, () => 0)).toBe(longest / 2);
  });

  it('grows on where it has no bound', () => {
    expect(pauseAfter(11, { firstMs: 1 }, () => 1)).toBe(1_024);
  });
});
