import { expect, it } from 'vitest';
import { shortened } from './shortened.ts';

it.each([
  { names: [], says: '' },
  { names: ['b', 'a'], says: 'a, b' },
  { names: ['d', 'c', 'b', 'a'], says: 'a, b and 2 more' },
])('two of $names are "$says"', ({ names, says }) => {
  expect(shortened(names, 2)).toBe(says);
});

it('names stand apart as is asked', () => {
  expect(shortened(['b', 'a'], 2, ' ')).toBe('a b');
});
