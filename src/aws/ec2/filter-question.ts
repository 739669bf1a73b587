/**
 * Questions that are filters with one value each, as `{ 'tag:owner': 'me', 'vpc-id': 'vpc-1' }`, answered together.
 *
 * Questions of the same filters share a list: each filter with all the values that are asked for. That is more than was
 * asked (values of different questions combine), so what comes is told apart here.
 */
import type * as Sdk from '@aws-sdk/client-ec2';
import type { Listed } from '../batcher.ts';
import { chunksOf, type Paged, readPages } from '../paging.ts';
import type { Tags } from '../tags.ts';
import { joined, MOST_VALUES, type ReadPage } from './filter.ts';

type FilterValue = readonly [filter: string, value: string];

/** What an item has where a filter looks; undefined: nothing. */
type ValueOf<T> = (item: T, filter: string) => string | undefined;

/**
 * A question as text, so that equal questions are one.
 *
 * *Throws* for one without filters: EC2 would list all there is, and who deletes what it found would delete that.
 */
export function questionFrom(filters: Readonly<Record<string, string | undefined>>): string {
  const values = Object.entries(filters).filter(([, value]) => value !== undefined);
  if (values.length === 0) throw new Error('a question to EC2 needs at least one filter, or it means everything');
  return JSON.stringify(values.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** All of the tags, each with its value. */
export function questionFromTags(tags: Tags): string {
  return questionFrom(Object.fromEntries(Object.entries(tags).map(([key, value]) => [`tag:${key}`, value])));
}

function valuesFrom(question: string): readonly FilterValue[] {
  return JSON.parse(question) as FilterValue[]; // made by `questionFrom`, from nothing else
}

/** A filter knows `*` and `?`; a question means each letter itself. */
function escaped(value: string): string {
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`);
}

/** Filters that find what any of the questions asks for; all of them have the same filters. */
function filtersOf(questions: readonly string[]): Sdk.Filter[] {
  const byName = Map.groupBy(questions.flatMap(valuesFrom), ([name]) => name);
  return [...byName].map(([Name, values]) => ({
    Name,
    Values: [...new Set(values.map(([, value]) => escaped(value)))],
  }));
}

async function readSimilar<T>(questions: readonly string[], readPage: ReadPage<T>): Promise<Paged<T>> {
  const parts = chunksOf(questions, MOST_VALUES).map((part) => {
    const filters = filtersOf(part);
    return readPages((token) => readPage(filters, token));
  });
  return joined(await Promise.all(parts));
}

/** Answers each question with what has all its values. */
export async function readByQuestions<T>(
  questions: readonly string[],
  valueOf: ValueOf<T>,
  readPage: ReadPage<T>,
): Promise<Listed<readonly T[]>> {
  const similar = Map.groupBy(questions, (question) => JSON.stringify(valuesFrom(question).map(([name]) => name)));
  const lists = await Promise.all(
    [...similar].map(async ([text, group]) => {
      const names = JSON.parse(text) as string[];
      const { items, requests } = await readSimilar(group, readPage);
      const found = Map.groupBy(items, (item) => JSON.stringify(names.map((name) => [name, valueOf(item, name)])));
      return { answers: group.map((question) => [question, found.get(question) ?? []] as const), requests };
    }),
  );
  return {
    answers: new Map(lists.flatMap(({ answers }) => answers)),
    requests: lists.reduce((sum, { requests }) => sum + requests, 0),
  };
}

/** For questions about tags. */
export function tagOf({ tags }: { readonly tags: Tags }, filter: string): string | undefined {
  return tags[filter.slice('tag:'.length)];
}
