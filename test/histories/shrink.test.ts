import { expect, it } from 'vitest';
import { shrunk } from './shrink.ts';

const items = Array.from({ length: 40 }, (_, index) => index);

it('keeps what is needed, in its order, and nothing else', async () => {
  const needed = [3, 17, 38];
  const fails = async (part: readonly number[]): Promise<boolean> => needed.every((one) => part.includes(one));
  expect(await shrunk(items, fails, 1_000)).toEqual(needed);
});

it('leaves out what was needed only together with something that has gone', async () => {
  const fails = async (part: readonly number[]): Promise<boolean> =>
    part.includes(20) && (part.includes(30) || !part.includes(10));
  expect(await shrunk(items, fails, 1_000)).toEqual([20]);
});

it('gives what it has after so many tries', async () => {
  let tries = 0;
  const fails = async (part: readonly number[]): Promise<boolean> => (tries += 1) > 0 && part.includes(39);
  expect(await shrunk(items, fails, 1)).toEqual(items.slice(20));
  expect(tries).toBe(1);
});
