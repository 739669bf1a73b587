import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../util/virtual-clock.ts';
import type { KubeObject } from '../json.ts';
import { MemoryStore } from '../store.ts';
import { ISSUER, createTokenKey, ServiceAccountTokens } from './tokens.ts';

const ACCOUNT: KubeObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { namespace: 'a', name: 'robot', uid: 'uid-1' },
};

describe('the tokens of service accounts', () => {
  let clock: VirtualClock;
  let store: MemoryStore;
  let tokens: ServiceAccountTokens;
  const issued = (audiences: readonly string[] = [ISSUER]): string =>
    tokens.issue({ account: ACCOUNT, secret: undefined, audiences, expirationSeconds: 600 });

  beforeEach(() => {
    clock = new VirtualClock();
    store = new MemoryStore();
    store.put('/serviceaccounts', ACCOUNT);
    tokens = new ServiceAccountTokens(store, clock, createTokenKey());
  });

  it('end with their time, and a minute later for who has another clock', () => {
    const token = issued();
    clock.advance(659_000);
    expect(tokens.read(token)).toHaveProperty('user.name', 'system:serviceaccount:a:robot');
    clock.advance(1000);
    expect(tokens.read(token)).toEqual({ error: 'invalid bearer token' });
  });

  it('are worth nothing to another server', () => {
    expect(new ServiceAccountTokens(store, clock, createTokenKey()).read(issued())).toEqual({
      error: 'invalid bearer token',
    });
  });

  it('hold for a server that comes back with its key', () => {
    const key = createTokenKey();
    const account = { account: ACCOUNT, secret: undefined, audiences: [ISSUER], expirationSeconds: 600 };
    const token = new ServiceAccountTokens(store, clock, key).issue(account);
    expect(new ServiceAccountTokens(store, clock, key).read(token)).toHaveProperty('user.name');
  });

  it('say what is wrong with their audience', () => {
    expect(tokens.read(issued(['vault']))).toEqual({
      error: `[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["${ISSUER}"]]`,
    });
  });

  it.each(['', 'a', 'a.b.c', 'a.b.c.d', '..'])('are not taken from nonsense: "%s"', (text) => {
    expect(tokens.read(text)).toEqual({ error: 'invalid bearer token' });
  });
});
