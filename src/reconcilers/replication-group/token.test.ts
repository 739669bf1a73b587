import { expect, it } from 'vitest';
import { createToken, fingerprintOf, isUsableToken } from './token.ts';

it('makes tokens that AWS takes, never the same twice', () => {
  const tokens = Array.from({ length: 50 }, createToken);
  expect(tokens.every(isUsableToken)).toBe(true);
  expect(new Set(tokens).size).toBe(50);
});

it.each([
  ['short', 'fewer than 16 characters'],
  ['x'.repeat(129), 'more than 128 characters'],
  ['0123456789abcde@', 'an @'],
  ['0123456789abcde/', 'a slash'],
  ['0123456789abcde"', 'a quotation mark'],
  ['0123456789 abcdef', 'a space'],
])('does not take %s for a token: %s', (text) => {
  expect(isUsableToken(text)).toBe(false);
});

it('shows a fingerprint that differs and does not hold the token', () => {
  const token = createToken();
  expect(fingerprintOf(token)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(fingerprintOf(token)).not.toContain(token);
  expect(fingerprintOf(token)).not.toBe(fingerprintOf(`${token}x`));
});
