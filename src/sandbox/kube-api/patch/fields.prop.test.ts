import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, KubeObject } from '../json.ts';
import { withTypeAndMetadata } from '../schema/schema.ts';
import { difference, fieldsFromV1, fieldsToV1, intersection, isEmptySet, union } from './fields.ts';
import { applyConfiguration, fieldsAfterUpdate, withManagedFields } from './managed-fields.ts';

const schema = withTypeAndMetadata({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        name: { type: 'string' },
        tags: { type: 'array', items: { type: 'string' } },
        map: { type: 'object', additionalProperties: { type: 'string' } },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer' } } },
        },
      },
    },
  },
});

const letter = fc.constantFrom('a', 'b', 'c');
const spec = fc.record(
  {
    size: fc.integer({ min: 1, max: 3 }),
    name: letter,
    tags: fc.array(letter, { maxLength: 2 }),
    map: fc.dictionary(letter, letter, { minKeys: 1 }),
    set: fc.uniqueArray(letter, { minLength: 1 }),
    ports: fc.uniqueArray(fc.record({ name: letter, port: fc.integer({ min: 1, max: 2 }) }), {
      selector: ({ name }) => name,
      minLength: 1,
    }),
  },
  { requiredKeys: [] },
);

const object = (content: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: {},
  spec: content as Json,
});

const writer = (manager: string) => ({
  manager,
  apiVersion: 'v1',
  subresource: undefined,
  builtin: false,
  now: '2026-01-01T00:00:00Z',
});

function applied(live: KubeObject | undefined, content: object, manager: string): KubeObject {
  const result = applyConfiguration(live, object(content), { ...writer(manager), force: true }, schema);
  return withManagedFields(result.object, result.managedFields);
}

describe('sets of fields', () => {
  const sets = spec.map((content) => {
    const [entry] = fieldsAfterUpdate(undefined, object(content), writer('one'), schema);
    return fieldsFromV1(entry?.fieldsV1 ?? {});
  });

  it('are written and read back', () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(fieldsToV1(fieldsFromV1(fieldsToV1(set)))).toEqual(fieldsToV1(set));
      }),
    );
  });

  it('split into what is common and what is not', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(fieldsToV1(union(difference(a, b), intersection(a, b)))).toEqual(fieldsToV1(a));
        expect(isEmptySet(intersection(difference(a, b), b))).toBe(true);
      }),
    );
  });
});

describe('applying', () => {
  it('makes the object what was applied', () => {
    fc.assert(
      fc.property(spec, (content) => {
        expect(applied(undefined, content, 'one')['spec']).toEqual(content);
      }),
    );
  });

  it('the same again changes nothing', () => {
    fc.assert(
      fc.property(spec, (content) => {
        const first = applied(undefined, content, 'one');
        expect(applied(first, content, 'one')).toEqual(first);
      }),
    );
  });

  it('one intent after another leaves nothing of the first', () => {
    fc.assert(
      fc.property(spec, spec, (before, after) => {
        const second = applied(applied(undefined, before, 'one'), after, 'one');
        const fresh = applied(undefined, after, 'one');
        expect(sortedLists(second['spec'] ?? {})).toEqual(sortedLists(fresh['spec'] ?? {}));
        expect(second.metadata.managedFields).toEqual(fresh.metadata.managedFields);
      }),
    );
  });

  it('gives every applied field to whoever applied it last', () => {
    fc.assert(
      fc.property(spec, spec, (mine, theirs) => {
        const both = applied(applied(undefined, mine, 'one'), theirs, 'two');
        const { tags, size, name } = both['spec'] as Record<string, Json>;
        const expected = {
          tags: theirs.tags ?? mine.tags,
          size: theirs.size ?? mine.size,
          name: theirs.name ?? mine.name,
        };
        expect({ tags, size, name }).toEqual(expected);
      }),
    );
  });
});

/** Items of keyed lists and sets keep the order in which they came; what they are is what counts. */
function sortedLists(value: Json): Json {
  const { set, ports, ...rest } = value as Record<string, Json>;
  const sorted = (list: Json | undefined): Json =>
    [...((list ?? []) as Json[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...rest, set: sorted(set), ports: sorted(ports) };
}
