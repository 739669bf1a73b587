import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TagQuery } from './client.ts';
import { matches, mergedQueries } from './merged-queries.ts';

const value = fc.integer({ min: 0, max: 60 }).map((number) => `v${number}`);

const query: fc.Arbitrary<TagQuery> = fc.record({
  resourceTypes: fc.constantFrom<readonly string[]>([], ['elasticache:user']),
  tagFilters: fc.oneof(
    fc.record({ a: value, b: value }).map(({ a, b }) => [
      { key: 'name', values: [a] },
      { key: 'scope', values: [b] },
    ]),
    fc.constant([{ key: 'name' }]),
  ),
});

const tags = fc.record({ name: value, scope: value });

describe('mergedQueries', () => {
  it('asks for everything that was asked for', () =>
    fc.assert(
      fc.property(fc.array(query, { maxLength: 60 }), tags, (queries, found) => {
        const merged = mergedQueries(queries);
        for (const asked of queries.filter((one) => matches(one, found))) {
          expect(
            merged.some((one) => String(one.resourceTypes) === String(asked.resourceTypes) && matches(one, found)),
          ).toBe(true);
        }
      }),
    ));

  it('keeps to the limit of values in a request', () =>
    fc.assert(
      fc.property(fc.array(query, { maxLength: 60 }), (queries) => {
        const counts = mergedQueries(queries).flatMap(({ tagFilters }) =>
          tagFilters.map(({ values }) => values?.length ?? 0),
        );
        expect(Math.max(0, ...counts)).toBeLessThanOrEqual(20);
      }),
    ));

  it('asks for a hundred names of one scope in five requests', () => {
    const queries = Array.from({ length: 100 }, (_, index) => ({
      resourceTypes: [],
      tagFilters: [
        { key: 'name', values: [`kcp-system/redis-${index}`] },
        { key: 'scope', values: ['demo'] },
      ],
    }));
    expect(mergedQueries(queries)).toHaveLength(5);
  });
});
