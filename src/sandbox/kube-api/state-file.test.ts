import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KubeObject } from './json.ts';
import { DataFolderError, StateFile } from './state-file.ts';
import { HISTORY_LENGTH, MemoryStore } from './store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kube-api-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

const thing = (name: string, value: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name, ...(name !== 'everywhere' && { namespace: 'ns' }) },
  value,
});

const shown = (store: MemoryStore) => ({
  revision: store.revision,
  things: store.list('things', undefined),
  others: store.list('others', undefined),
});

/** The store that the next process has; the file is closed when `use` is through. */
function next<R>(use: (store: MemoryStore) => R): R {
  const file = new StateFile(folder);
  try {
    const store = new MemoryStore(HISTORY_LENGTH, file);
    store.restore();
    return use(store);
  } finally {
    file.close();
  }
}

const step = fc.record({
  do: fc.constantFrom('put', 'remove', 'restart'),
  resource: fc.constantFrom('things', 'others'),
  name: fc.constantFrom('a', 'b', 'everywhere'),
  value: fc.nat(),
});

it('gives back, after any history, what was there, under the same revisions', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const befores: unknown[] = [];
      const afters: unknown[] = [];
      const file = new StateFile(folder);
      let store = new MemoryStore(HISTORY_LENGTH, file);
      store.restore();
      for (const { do: what, resource, name, value } of steps) {
        const { metadata } = thing(name, value);
        if (what === 'put') store.put(resource, thing(name, value));
        else if (what === 'remove') store.remove(resource, { namespace: metadata.namespace ?? '', name });
        else {
          befores.push(shown(store));
          store = new MemoryStore(HISTORY_LENGTH, file);
          store.restore();
          afters.push(shown(store));
        }
      }
      befores.push(shown(store));
      file.close();
      expect([...afters, next(shown)]).toEqual(befores);
    }),
    { numRuns: 30 },
  );
});

it('tells listeners what was kept, and remembers no history of it', () => {
  next((store) => [store.put('things', thing('a', 1)), store.put('things', thing('a', 2))]);
  const file = new StateFile(folder);
  const store = new MemoryStore(HISTORY_LENGTH, file);
  const told: string[] = [];
  store.subscribe('things', ({ type, object }) => told.push(`${type} ${JSON.stringify(object['value'])}`));
  store.restore();
  expect(told).toEqual(['ADDED 2']);
  expect(store.changesSince('things', store.revision - 1)).toBeUndefined();
  expect(store.changesSince('things', store.revision)).toEqual([]);
  file.close();
});

it('does not show what it could not keep', () => {
  const file = new StateFile(folder);
  const store = new MemoryStore(HISTORY_LENGTH, file);
  store.put('things', thing('a', 1));
  const told: unknown[] = [];
  store.subscribe(undefined, (change) => told.push(change));
  file.close();
  expect(() => store.put('things', thing('a', 2))).toThrow('is closed');
  expect(() => store.remove('things', { namespace: 'ns', name: 'a' })).toThrow('is closed');
  expect(store.list('things', undefined)).toMatchObject([{ value: 1 }]);
  expect(told).toEqual([]);
});

it('belongs to one at a time', () => {
  const file = new StateFile(folder);
  expect(() => new StateFile(folder)).toThrow(
    `The data folder ${folder} cannot be used: another process uses it; stop that one, or take another folder`,
  );
  file.close();
  new StateFile(folder).close();
});

it('is a secret of its owner', async () => {
  const inside = join(folder, 'made', 'on', 'the', 'way');
  const file = new StateFile(inside);
  new MemoryStore(HISTORY_LENGTH, file).put('things', thing('a', 1));
  const modes = ['', 'state.sqlite', 'state.sqlite-wal'].map(
    async (name) => (await stat(join(inside, name))).mode & 0o777,
  );
  expect(await Promise.all(modes)).toEqual([0o700, 0o600, 0o600]);
  file.close();
});

it('that is no state is named, and stays as it is', async () => {
  await writeFile(join(folder, 'state.sqlite'), 'These are notes that somebody took, in a file of an unlucky name.');
  expect(() => new StateFile(folder)).toThrow(DataFolderError);
  expect(() => new StateFile(folder)).toThrow(/file is not a database; take another folder/);
});
