import { describe, expect, it } from 'vitest';
import { createIdentity, sessionNameOf } from './identity.ts';

describe('an identity', () => {
  it('begins with the name and is another one each time', () => {
    const [first, second] = [createIdentity('pod-a'), createIdentity('pod-a')];
    expect(first).toMatch(/^pod-a_[0-9a-f]{10}$/);
    expect(first).not.toBe(second);
  });
});

describe('the name of a session', () => {
  it.each([
    { prefix: 'cloud-manager', identity: 'pod-a_0123456789', expected: 'cloud-manager@pod-a_0123456789' },
    { prefix: 'cm', identity: 'höst/1_0123456789', expected: 'cm@h-st-1_0123456789' },
    { prefix: 'cm', identity: `${'x'.repeat(99)}_0123456789`, expected: `cm@${'x'.repeat(50)}_0123456789` },
    { prefix: 'p'.repeat(64), identity: 'a_0123456789', expected: `${'p'.repeat(52)}@_0123456789` },
  ])('of $prefix and $identity is legal and tells replicas apart', ({ prefix, identity, expected }) => {
    const name = sessionNameOf(prefix, identity);
    expect(name).toBe(expected);
    expect(name).toMatch(/^[\w+=,.@-]{2,64}$/);
  });
});
