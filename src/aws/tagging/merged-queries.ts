import type { Tags } from '../tags.ts';
import type { TagQuery } from './client.ts';

/** AWS takes at most 20 values of a key in one request. */
const MOST_VALUES = 20;

/**
 * Merges queries that ask for the same types and keys: one request then asks for the values of all of them. It may find
 * more than each asked for (values of two keys, crosswise); {@link matches} tells whose is what.
 */
export function mergedQueries(queries: readonly TagQuery[]): readonly TagQuery[] {
  const alike = Map.groupBy(queries, ({ resourceTypes, tagFilters }) =>
    JSON.stringify([resourceTypes, tagFilters.map(({ key, values }) => [key, values !== undefined])]),
  );
  return [...alike.values()].flatMap((group) => chunksOf(group).map(merge));
}

/** Queries in the order of their values, so that those which share a value tend to share a request. */
function chunksOf(queries: readonly TagQuery[]): readonly (readonly TagQuery[])[] {
  const chunks: TagQuery[][] = [];
  for (const query of queries) {
    const last = chunks.at(-1);
    if (last && fits([...last, query])) last.push(query);
    else chunks.push([query]);
  }
  return chunks;
}

function fits(queries: readonly TagQuery[]): boolean {
  return merge(queries).tagFilters.every(({ values = [] }) => values.length <= MOST_VALUES);
}

function merge(queries: readonly TagQuery[]): TagQuery {
  const [first] = queries;
  const tagFilters = (first?.tagFilters ?? []).map(({ key, values }, index) => {
    if (values === undefined) return { key };
    return { key, values: [...new Set(queries.flatMap((query) => query.tagFilters[index]?.values ?? []))] };
  });
  return { resourceTypes: first?.resourceTypes ?? [], tagFilters };
}

/** Whether a resource with these tags is among what a query asks for; its type is taken for granted. */
export function matches(query: TagQuery, tags: Tags): boolean {
  return query.tagFilters.every(({ key, values }) => {
    const value = tags[key];
    return value !== undefined && (values === undefined || values.includes(value));
  });
}
