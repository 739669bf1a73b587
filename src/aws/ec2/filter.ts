/** Lists of EC2 narrowed by filters. */
import type * as Sdk from '@aws-sdk/client-ec2';
import type { Listed } from '../batcher.ts';
import { chunksOf, type Paged, type Page, readPages } from '../paging.ts';

/** Most values that a filter takes. */
export const MOST_VALUES = 200;

export type ReadPage<T> = (filters: Sdk.Filter[], token: string | undefined) => Promise<Page<T>>;

/** Reads all whose `filter` has one of the values, as many values a request as EC2 takes. */
export async function readByValues<T>(
  filter: string,
  values: readonly string[],
  readPage: ReadPage<T>,
): Promise<Paged<T>> {
  const parts = await Promise.all(
    chunksOf(values, MOST_VALUES).map((Values) =>
      readPages((token) => readPage([{ Name: filter, Values: [...Values] }], token)),
    ),
  );
  return joined(parts);
}

/** Several lists as one. */
export function joined<T>(parts: readonly Paged<T>[]): Paged<T> {
  return {
    items: parts.flatMap(({ items }) => items),
    requests: parts.reduce((sum, { requests }) => sum + requests, 0),
  };
}

/** Answers by id; what the list does not show has none. */
export function listedById<T extends { readonly id: string }>({ items, requests }: Paged<T>): Listed<T> {
  return { answers: new Map(items.map((item) => [item.id, item])), requests };
}

/** Answers by the VPC that an item belongs to; one that has none, or does not exist, answers with an empty list. */
export function listedByVpc<T>(
  vpcIds: readonly string[],
  { items, requests }: Paged<T>,
  vpcIdsOf: (item: T) => readonly (string | undefined)[],
): Listed<readonly T[]> {
  const answers = new Map<string, T[]>(vpcIds.map((id) => [id, []]));
  for (const item of items) {
    for (const vpcId of new Set(vpcIdsOf(item))) answers.get(vpcId ?? '')?.push(item);
  }
  return { answers, requests };
}
