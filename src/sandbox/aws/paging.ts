import { AwsFault } from './fault.ts';

/** How one list operation pages. */
export interface PageRules<T> {
  /** A unique key by which items are sorted; a page goes on after the last key seen, so deletions between pages lose nothing. */
  readonly keyOf: (item: T) => string;
  /** Largest key first. Default: smallest first. */
  readonly descending?: boolean;
  readonly defaultSize: number;
  readonly minSize: number;
  readonly maxSize: number;
  /** Code of a size out of range. Default: `InvalidParameterValue`. */
  readonly sizeFault?: string;
  /** Code of a token that was not given out. Default: `InvalidParameterValue`. */
  readonly tokenFault?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next: string | undefined;
}

/** Tokens are opaque to a client and say where to go on; the prefix tells ours from invented ones. */
const TOKEN_PREFIX = 'after:';

function sizeOf<T>(asked: number | undefined, rules: PageRules<T>): number {
  const size = asked ?? rules.defaultSize;
  if (size >= rules.minSize && size <= rules.maxSize) return size;
  throw new AwsFault(
    rules.sizeFault ?? 'InvalidParameterValue',
    `The page size must be between ${rules.minSize} and ${rules.maxSize}.`,
  );
}

function keyFrom<T>(token: string, rules: PageRules<T>): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text.startsWith(TOKEN_PREFIX)) return text.slice(TOKEN_PREFIX.length);
  throw new AwsFault(rules.tokenFault ?? 'InvalidParameterValue', 'The pagination token is not valid.');
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Cuts one page out of `items`: `Marker` with `MaxRecords`, or `NextToken` with `MaxResults`.
 *
 * *Throws* {@link AwsFault} for a size out of range and for a token of somebody else.
 */
export function pageOf<T>(
  items: Iterable<T>,
  asked: { readonly token: string | undefined; readonly size: number | undefined },
  rules: PageRules<T>,
): Page<T> {
  const size = sizeOf(asked.size, rules);
  const after = asked.token ? keyFrom(asked.token, rules) : undefined;
  const direction = rules.descending ? -1 : 1;
  const compare = (left: string, right: string): number => direction * compareText(left, right);
  const sorted = [...items].sort((left, right) => compare(rules.keyOf(left), rules.keyOf(right)));
  const rest = after === undefined ? sorted : sorted.filter((item) => compare(rules.keyOf(item), after) > 0);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const isLastPage = rest.length <= size || last === undefined;
  return {
    items: page,
    next: isLastPage ? undefined : Buffer.from(TOKEN_PREFIX + rules.keyOf(last)).toString('base64url'),
  };
}
