import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from './json.ts';
import type { Change } from './store.ts';
import { MemoryStore } from './store.ts';

const thing = (name: string, value = 0, namespace = 'ns'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name, namespace },
  value,
});

const names = (objects: readonly KubeObject[] | undefined): string[] | undefined =>
  objects?.map(({ metadata }) => metadata.name ?? '');

describe('MemoryStore', () => {
  it('stamps each change with the next revision', () => {
    const store = new MemoryStore();
    const first = store.put('things', thing('a'));
    const second = store.put('others', thing('a'));
    expect(Number(second.metadata.resourceVersion)).toBe(Number(first.metadata.resourceVersion) + 1);
    expect(String(store.revision)).toBe(second.metadata.resourceVersion);
  });

  it('freezes what it stores', () => {
    const stored = new MemoryStore().put('things', { ...thing('a'), list: [{ deep: true }] });
    expect(Object.isFrozen(stored.metadata)).toBe(true);
    expect(Object.isFrozen((stored['list'] as object[])[0])).toBe(true);
  });

  it('tells listeners of a resource, in order, what changed and from what', () => {
    const store = new MemoryStore();
    const changes: Change[] = [];
    const stop = store.subscribe('things', (change) => changes.push(change));
    store.put('things', thing('a', 1));
    store.put('others', thing('a', 1));
    store.put('things', thing('a', 2));
    store.remove('things', { namespace: 'ns', name: 'a' });
    stop();
    store.put('things', thing('b'));
    expect(changes.map(({ type, previous }) => [type, previous?.['value']])).toEqual([
      ['ADDED', undefined],
      ['MODIFIED', 1],
      ['DELETED', 2],
    ]);
  });

  it('lists by namespace and name', () => {
    const store = new MemoryStore();
    for (const [name, namespace] of [
      ['b', 'y'],
      ['a', 'y'],
      ['c', 'x'],
    ] as const)
      store.put('things', thing(name, 0, namespace));
    expect(names(store.list('things', undefined))).toEqual(['c', 'a', 'b']);
    expect(names(store.list('things', 'y'))).toEqual(['a', 'b']);
  });

  it('answers nothing for the removal of what is not there', () => {
    const store = new MemoryStore();
    const { revision } = store;
    expect(store.remove('things', { namespace: 'ns', name: 'none' })).toBeUndefined();
    expect(store.revision).toBe(revision);
  });

  it('forgets its history when it is compacted', () => {
    const store = new MemoryStore();
    const { revision } = store;
    store.put('things', thing('a'));
    expect(store.changesSince('things', revision)).toHaveLength(1);
    store.compact();
    expect(store.changesSince('things', revision)).toBeUndefined();
    expect(store.listAt('things', undefined, revision)).toBeUndefined();
    expect(store.changesSince('things', store.revision)).toEqual([]);
    expect(names(store.list('things', undefined))).toEqual(['a']);
  });

  it('keeps no more history than it is told to', () => {
    const store = new MemoryStore(10);
    const { revision } = store;
    for (let index = 0; index < 40; index++) store.put('things', thing('a', index));
    expect(store.changesSince('things', revision)).toBeUndefined();
    expect(store.changesSince('things', store.revision - 5)).toHaveLength(5);
  });

  it('shows every state that its history still holds', () => {
    const operation = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      value: fc.option(fc.integer(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
        const store = new MemoryStore();
        const states = new Map<number, readonly KubeObject[]>();
        for (const { name, value } of operations) {
          if (value === undefined) store.remove('things', { namespace: 'ns', name });
          else store.put('things', thing(name, value));
          states.set(store.revision, store.list('things', undefined));
        }
        for (const [revision, state] of states) expect(store.listAt('things', undefined, revision)).toEqual(state);
      }),
    );
  });
});
