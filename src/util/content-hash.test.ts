import { expect, it } from 'vitest';
import { contentHash } from './content-hash.ts';

it('is the same for the same content, in whichever order its fields stand', () => {
  expect(contentHash({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(contentHash({ b: { d: 'x', c: [1, 2] }, a: 1 }));
});

it.each([
  { one: { a: 1 }, other: { a: 2 } },
  { one: { a: [1, 2] }, other: { a: [2, 1] } },
  { one: { a: { b: 1 } }, other: { b: { a: 1 } } },
  { one: { a: '1' }, other: { a: 1 } },
])('is another one for $one and $other', ({ one, other }) => {
  expect(contentHash(one)).not.toBe(contentHash(other));
});
