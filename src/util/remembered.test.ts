import { expect, it } from 'vitest';
import { remembered } from './remembered.ts';

it('is made once for each of the last texts', () => {
  const made: string[] = [];
  const upper = remembered(2, (text) => {
    made.push(text);
    return text.toUpperCase();
  });
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(upper)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

it('is tried again after an error', () => {
  let tries = 0;
  const failing = remembered(2, () => {
    tries += 1;
    throw new Error('no');
  });
  expect(() => failing('a')).toThrow('no');
  expect(() => failing('a')).toThrow('no');
  expect(tries).toBe(2);
});
