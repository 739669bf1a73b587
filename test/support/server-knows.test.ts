import { expect, it } from 'vitest';
import { untilServerKnows } from './server-knows.ts';

it('asks until the server knows', async () => {
  let asked = 0;
  await untilServerKnows('the third answer', () => Promise.resolve((asked += 1) === 3));
  expect(asked).toBe(3);
});

it('says after a while what it waited for', async () => {
  const never = untilServerKnows('the grant of a role', () => Promise.resolve(false), 20);
  await expect(never).rejects.toThrow('The server does not know within 20 ms: the grant of a role');
});
