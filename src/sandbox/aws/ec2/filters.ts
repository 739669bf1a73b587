import type { Filter } from '@aws-sdk/client-ec2';
import { AwsFault } from '../fault.ts';
import { pageOf } from '../paging.ts';
import type { Tags } from './model.ts';

/** The values of an item that a filter of this name compares; an item matches when one of them does. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/** Filters on what no resource here has, such as IPv6: known, and nothing is found by them. */
export function filtersOnNothing(...names: readonly string[]): FilterTable<unknown> {
  return Object.fromEntries(names.map((name) => [name, () => []]));
}

/** What EC2 allows in a filter's value: `*` for any text, `?` for one character, `\` before either for itself. */
function patternFrom(value: string): RegExp {
  const source = value.replaceAll(/\\[*?\\]|[*?]|[.+^${}()|[\]\\]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return token.length === 2 ? token : `\\${token}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function tagValues(tags: Tags, name: string): readonly string[] | undefined {
  if (name === 'tag-key') return [...tags.keys()];
  if (name === 'tag-value') return [...tags.values()];
  if (!name.startsWith('tag:')) return undefined;
  const value = tags.get(name.slice('tag:'.length));
  return value === undefined ? [] : [value];
}

function valuesOf<T extends { readonly tags: Tags }>(item: T, name: string, table: FilterTable<T>): readonly string[] {
  const tagged = tagValues(item.tags, name);
  if (tagged) return tagged;
  const values = table[name];
  if (!values) throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`);
  return values(item).filter((value) => value !== undefined);
}

/**
 * True when `item` matches every filter, each by one of its values.
 *
 * *Throws* `InvalidParameterValue` for a filter that the table does not have.
 */
function matches<T extends { readonly tags: Tags }>(
  item: T,
  filters: readonly Filter[] | undefined,
  table: FilterTable<T>,
): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    const patterns = Values.map(patternFrom);
    return valuesOf(item, Name, table).some((value) => patterns.some((pattern) => pattern.test(value)));
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html#advanced-filtering */
const MOST_VALUES = 200;
const TAG_FILTER = /^tag:|^tag-(key|value)$/;

/**
 * Also when there is no item to look at.
 *
 * *Throws* `InvalidParameterValue` for a filter that is not in the table, `FilterLimitExceeded` for too many values.
 */
function assertFilters(filters: readonly Filter[] | undefined, table: FilterTable<never>): void {
  for (const { Name = '', Values = [] } of filters ?? []) {
    if (!Object.hasOwn(table, Name) && !TAG_FILTER.test(Name)) {
      throw new AwsFault('InvalidParameterValue', `The filter '${Name}' is invalid`);
    }
    if (Values.length > MOST_VALUES) {
      const message = `The maximum number of filter values specified on a single call is ${MOST_VALUES}`;
      throw new AwsFault('FilterLimitExceeded', message);
    }
  }
}

interface Listing<T> {
  readonly items: Iterable<T>;
  readonly idOf: (item: T) => string;
  readonly table: FilterTable<T>;
  readonly notFound: (id: string) => AwsFault;
  /** Default: 1000. */
  readonly largestPage?: number;
  /** What the parameter of ids is called where AWS refuses it together with a page size. */
  readonly idsWithoutPages?: string;
}

interface Asked {
  readonly ids: readonly string[] | undefined;
  readonly Filters?: readonly Filter[] | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

const LARGEST_PAGE = 1000;
const SMALLEST_PAGE = 5;

/** *Throws* with the wording that EC2 has for pages. */
function assertPage<T>({ largestPage = LARGEST_PAGE, idsWithoutPages }: Listing<T>, { ids, MaxResults }: Asked): void {
  if (MaxResults === undefined) return;
  if (idsWithoutPages && ids?.length) {
    const message = `The parameter ${idsWithoutPages} cannot be used with the parameter MaxResults`;
    throw new AwsFault('InvalidParameterCombination', message);
  }
  const range =
    MaxResults < SMALLEST_PAGE
      ? `greater than or equal to ${SMALLEST_PAGE}`
      : MaxResults > largestPage && `smaller than or equal to ${largestPage}`;
  if (!range) return;
  throw new AwsFault(
    'InvalidParameterValue',
    `Value ( ${MaxResults} ) for parameter MaxResults is invalid. Expecting a value ${range}.`,
  );
}

/**
 * The common shape of EC2's describe operations: by id, by filter, paged when `MaxResults` is given.
 *
 * *Throws* the listing's not-found fault for an id that does not exist, as EC2 does for the first one.
 */
export function listed<T extends { readonly tags: Tags }>(
  listing: Listing<T>,
  asked: Asked,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const { idOf, table, largestPage = LARGEST_PAGE } = listing;
  assertFilters(asked.Filters, table);
  assertPage(listing, asked);
  const all = [...listing.items];
  const missing = (asked.ids ?? []).find((id) => !all.some((item) => idOf(item) === id));
  if (missing !== undefined) throw listing.notFound(missing);
  const wanted = asked.ids?.length ? all.filter((item) => asked.ids?.includes(idOf(item))) : all;
  const found = wanted.filter((item) => matches(item, asked.Filters, table));
  if (asked.MaxResults === undefined && !asked.NextToken) return { items: found, next: undefined };
  const rules = { keyOf: idOf, defaultSize: largestPage, minSize: SMALLEST_PAGE, maxSize: largestPage };
  return pageOf(found, { token: asked.NextToken, size: asked.MaxResults }, rules);
}
