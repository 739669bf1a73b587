import { expect, it } from 'vitest';
import { createTenureMemory } from './tenure-memory.ts';

const aTenure = (): AbortSignal => new AbortController().signal;

it('remembers an object, and not another that bears its name later', () => {
  const memories = createTenureMemory(() => ({}));
  const memory = memories.of('uid-1');
  expect(memories.of('uid-1')).toBe(memory);
  expect(memories.of('uid-2')).not.toBe(memory);
  memories.forget('uid-1');
  expect(memories.of('uid-1')).not.toBe(memory);
});

it('begins anew under another tenure, and knows that it does', () => {
  const memories = createTenureMemory((isKnown) => ({ isKnown }));
  const [first, second] = [aTenure(), aTenure()];
  const memory = memories.of('uid-1', first);
  expect(memory).toEqual({ isKnown: false });
  expect(memories.of('uid-1', first)).toBe(memory);
  expect(memories.of('uid-1', second)).toEqual({ isKnown: true });
  memories.forget('uid-1');
  expect(memories.of('uid-1', second)).toEqual({ isKnown: false });
});
