import { describe, expect, it } from 'vitest';
import { slotOf, slotRangeFrom } from './slots.ts';

describe('the slot of a key', () => {
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['', 0],
  ])('is the one of the specification: %s', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  it('looks only at what stands between the first braces, if anything does', () => {
    expect(slotOf('a{foo}b')).toBe(slotOf('foo'));
    expect(slotOf('{}foo')).not.toBe(slotOf('foo'));
    expect(slotOf('{foo}{bar}')).toBe(slotOf('foo'));
  });
});

describe('a range of slots', () => {
  it('may be a slot alone', () => {
    expect([slotRangeFrom('5-9'), slotRangeFrom('7')]).toEqual([
      { first: 5, last: 9 },
      { first: 7, last: 7 },
    ]);
  });
});
