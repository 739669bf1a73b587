/** Lists of EC2 narrowed by one filter. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { chunksOf, type Paged, type Page, readPages } from '../paging.ts';

/** Most values that a filter takes. */
const MOST_VALUES = 200;

type ReadPage<T> = (filters: Sdk.Filter[], token: string | undefined) => Promise<Page<T>>;

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
  return {
    items: parts.flatMap(({ items }) => items),
    requests: parts.reduce((sum, { requests }) => sum + requests, 0),
  };
}
