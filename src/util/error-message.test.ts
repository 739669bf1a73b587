import { expect, it } from 'vitest';
import { errorsIn, messageOf } from './error-message.ts';

it.each([
  { thrown: new TypeError('is no list'), says: 'is no list' },
  { thrown: 'stopped', says: 'stopped' },
  { thrown: undefined, says: 'undefined' },
])('$says is what is said of $thrown', ({ thrown, says }) => {
  expect(messageOf(thrown)).toBe(says);
});

it('finds each of several failures, however deep', () => {
  const [a, b, c] = [new Error('a'), 'b', new TypeError('c')];
  expect(errorsIn(new AggregateError([a, new AggregateError([b, c])]))).toEqual([a, b, c]);
  expect(errorsIn(a)).toEqual([a]);
});
