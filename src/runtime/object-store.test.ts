import { describe, expect, it } from 'vitest';
import { aWidget, type Widget } from '../../test/support/kube-object.ts';
import { type Change, ObjectStore } from './object-store.ts';

const at = (resourceVersion: string, more: Partial<Widget['metadata']> = {}): Widget =>
  aWidget({ metadata: { resourceVersion, ...more } });
const key = { namespace: 'default', name: 'w' };

function aStore(...listed: Widget[]) {
  const store = new ObjectStore<Widget>();
  store.replace(listed, '10');
  const told: string[] = [];
  const version = (object: Widget | undefined): string => object?.metadata.resourceVersion ?? '-';
  store.subscribe(({ before, after }: Change<Widget>) => told.push(`${version(before)}>${version(after)}`));
  return { store, told };
}

describe('the newer version wins', () => {
  it('when a write of our own is known before the watch tells of it', () => {
    const { store, told } = aStore(at('5'));
    store.absorb(at('12'));
    store.put(at('11'));
    store.put(at('12'));
    expect(store.get(key)?.metadata.resourceVersion).toBe('12');
    expect(told).toEqual(['->5', '5>12']);
  });

  it('when the watch was faster than the answer', () => {
    const { store, told } = aStore(at('5'));
    store.put(at('13'));
    store.absorb(at('12'));
    expect(told).toEqual(['->5', '5>13']);
  });

  it('counts versions as numbers', () => {
    const { store } = aStore(at('9'));
    store.put(at('100'));
    store.put(at('11'));
    expect(store.get(key)?.metadata.resourceVersion).toBe('100');
  });
});

describe('what is gone stays gone', () => {
  it('when our own write made it go and the watch tells of its life before', () => {
    const { store, told } = aStore(at('5', { finalizers: ['x'] }));
    store.absorb(at('12', { deletionTimestamp: 'now', deletionGracePeriodSeconds: 0 } as object));
    store.put(at('11', { deletionTimestamp: 'now', finalizers: ['x'] }));
    store.put(at('12', { deletionTimestamp: 'now' }));
    store.remove(at('13'));
    expect(store.get(key)).toBeUndefined();
    expect(told).toEqual(['->5', '5>-']);
  });

  it('when the watch told of its end before the answer of an earlier write came', () => {
    const { store, told } = aStore(at('5'));
    store.remove(at('13'));
    store.absorb(at('12'));
    expect(told).toEqual(['->5', '5>-']);
  });

  it('but another one of its name may come', () => {
    const { store } = aStore(at('5'));
    store.absorb(at('12', { deletionTimestamp: 'now' }));
    store.put(at('14', { uid: 'u2' }));
    expect(store.get(key)?.metadata.uid).toBe('u2');
  });

  it('unless a grace period holds it', () => {
    const { store } = aStore(at('5'));
    store.absorb(at('12', { deletionTimestamp: 'now', deletionGracePeriodSeconds: 30 } as object));
    expect(store.get(key)?.metadata.resourceVersion).toBe('12');
  });
});

describe('replace', () => {
  it('tells what came, changed and went, and nothing of what stayed', () => {
    const { store, told } = aStore(at('5'), at('6', { name: 'b' }), at('7', { name: 'c' }));
    told.length = 0;
    store.replace([at('5'), at('15', { name: 'b' }), at('16', { name: 'd' })], '20');
    expect(told.sort()).toEqual(['->16', '6>15', '7>-']);
    expect(store.observedRevision).toBe('20');
  });

  it('is atomic: whoever hears of a change sees the whole list', () => {
    const { store } = aStore(at('5'), at('6', { name: 'b' }));
    const sizes: number[] = [];
    store.subscribe(() => sizes.push(store.size));
    sizes.length = 0;
    store.replace([], '20');
    expect(sizes).toEqual([0, 0]);
  });

  it('keeps what we wrote after the list was made', () => {
    const { store } = aStore();
    store.absorb(at('21'));
    store.replace([], '20');
    expect(store.get(key)?.metadata.resourceVersion).toBe('21');
    store.replace([], '22');
    expect(store.get(key)).toBeUndefined();
  });

  it('believes a list that is older than what was known: etcd was restored', () => {
    const { store } = aStore(at('9'), at('8', { name: 'b' }));
    store.replace([at('2')], '3');
    expect(store.list().map((object) => object.metadata.resourceVersion)).toEqual(['2']);
    store.put(at('4'));
    expect(store.get(key)?.metadata.resourceVersion).toBe('4');
  });
});

describe('a list of an etcd that was restored and counts on from far ahead', () => {
  it('shows objects as they were, and each is told as gone and new', () => {
    const { store } = aStore(at('9'), at('4', { name: 'b' }));
    const told: string[] = [];
    store.subscribeToChanges(({ before, after }) => {
      told.push(
        `${(before ?? after)?.metadata.name}: ${before?.metadata.resourceVersion} ${after?.metadata.resourceVersion}`,
      );
    });
    expect(store.replace([at('2'), at('4', { name: 'b' })], '1000')).toBe(true);
    expect(told).toEqual(['w: 9 undefined', 'b: 4 undefined', 'w: undefined 2', 'b: undefined 4']);
    expect(store.observedRevision).toBe('1000');
  });

  it('brings back what an answer has shown to go', () => {
    const { store } = aStore(at('5'));
    store.absorb(at('12', { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    expect(store.replace([at('5')], '1000')).toBe(true);
    expect(store.get(key)?.metadata.resourceVersion).toBe('5');
  });

  it('is none that a write of our own has overtaken', () => {
    const { store } = aStore(at('5'));
    store.absorb(at('12'));
    expect(store.replace([at('5')], '11')).toBe(false);
    expect(store.get(key)?.metadata.resourceVersion).toBe('12');
  });
});

describe('objects', () => {
  it('are frozen to the last', () => {
    const { store } = aStore(at('5', { labels: { a: 'b' } }));
    const object = store.get(key);
    expect(() => Object.assign(object?.metadata.labels ?? {}, { a: 'c' })).toThrow(TypeError);
  });

  it('carry no managedFields', () => {
    const { store } = aStore(at('5', { managedFields: [{}] } as object));
    expect(store.get(key)?.metadata).not.toHaveProperty('managedFields');
  });

  it('are told to a late subscriber as new', () => {
    const { store } = aStore(at('5'));
    const seen: unknown[] = [];
    const end = store.subscribe((change) => seen.push(change));
    expect(seen).toEqual([{ before: undefined, after: at('5') }]);
    end();
    store.put(at('11'));
    expect(seen).toHaveLength(1);
  });
});

describe('an index', () => {
  const using = (resourceVersion: string, uses: string): Widget =>
    aWidget({ metadata: { resourceVersion }, spec: { size: 1, uses } });

  it('follows changes', () => {
    const { store } = aStore(using('5', 'a'));
    store.addIndex('uses', (object) => [object.spec.uses ?? '']);
    expect(store.byIndex('uses', 'a')).toHaveLength(1);
    store.put(using('11', 'b'));
    expect([store.byIndex('uses', 'a').length, store.byIndex('uses', 'b').length]).toEqual([0, 1]);
    store.remove(using('12', 'b'));
    expect(store.byIndex('uses', 'b')).toEqual([]);
  });

  it('that does not exist is an error, not an empty answer', () => {
    expect(() => aStore().store.byIndex('uses', 'a')).toThrow('There is no index uses');
  });
});

it('lists by namespace', () => {
  const { store } = aStore(at('5'), at('6', { namespace: 'other' }));
  expect(store.list('other')).toHaveLength(1);
  expect(store.list()).toHaveLength(2);
});
