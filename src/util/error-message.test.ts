import { expect, it } from 'vitest';
import { messageOf } from './error-message.ts';

it.each([
  { thrown: new TypeError('is no list'), says: 'is no list' },
  { thrown: 'stopped', says: 'stopped' },
  { thrown: undefined, says: 'undefined' },
])('$says is what is said of $thrown', ({ thrown, says }) => {
  expect(messageOf(thrown)).toBe(says);
});
