import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

const secret = new Secret('s3cr3t-value');

describe('Secret', () => {
  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe('s3cr3t-value');
  });

  it.each([
    ['text', String(secret)],
    ['a concatenation in a list', ['a', secret].join(' ')],
    ['JSON', JSON.stringify({ nested: { secret } })],
    ['an inspection', inspect({ nested: [secret] }, { depth: 9, showHidden: true })],
    ['a format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['its own fields', JSON.stringify(Object.entries(secret)) + Reflect.ownKeys(secret).join(',')],
    ['a copy', JSON.stringify(Object.assign({}, secret))],
    ['an error message', new Error(`wrong: ${String(secret)}`).message],
  ])('does not show it in %s', (_where, shown) => {
    expect(shown).not.toContain('s3cr3t');
  });
});
