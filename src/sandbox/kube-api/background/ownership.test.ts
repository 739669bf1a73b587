import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../json.ts';
import { MemoryStore } from '../store.ts';
import { Ownership } from './ownership.ts';

const THINGS = 'example.com/things';

const aThing = (name: string, ...owners: readonly string[]): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: {
    name,
    uid: `uid-${name}`,
    ownerReferences: owners.map((owner) => ({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      name: owner,
      uid: `uid-${owner}`,
    })),
  },
});

describe('who owns whom', () => {
  let store: MemoryStore;
  let ownership: Ownership;
  const dependentsOf = (name: string) =>
    ownership.dependentsOf(`uid-${name}`).map(({ object }) => object.metadata.name ?? '');

  beforeEach(() => {
    store = new MemoryStore();
    ownership = new Ownership(store);
    for (const thing of [aThing('a'), aThing('b', 'a'), aThing('c', 'a', 'b')]) store.put(THINGS, thing);
  });

  it('is known from both sides', () => {
    expect([dependentsOf('a'), dependentsOf('b'), dependentsOf('c')]).toEqual([['b', 'c'], ['c'], []]);
    expect(ownership.find('uid-a')).toEqual({
      storage: THINGS,
      object: store.get(THINGS, { namespace: '', name: 'a' }),
    });
  });

  it('outlives the owner, because its dependents still name it', () => {
    store.remove(THINGS, { namespace: '', name: 'a' });
    expect(ownership.find('uid-a')).toBeUndefined();
    expect(dependentsOf('a')).toEqual(['b', 'c']);
  });

  it('ends with the reference and with the dependent', () => {
    store.put(THINGS, aThing('c', 'b'));
    store.remove(THINGS, { namespace: '', name: 'b' });
    expect([dependentsOf('a'), dependentsOf('b')]).toEqual([[], ['c']]);
  });
});
