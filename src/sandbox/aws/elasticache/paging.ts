import { pageOf, type Page } from '../paging.ts';

/** ElastiCache's lists: 100 a page unless asked for less, but not for less than 20. */
export function elastiCachePage<T>(
  items: Iterable<T>,
  asked: { readonly Marker?: string | undefined; readonly MaxRecords?: number | undefined },
  keyOf: (item: T) => string,
): Page<T> {
  return pageOf(
    items,
    { token: asked.Marker, size: asked.MaxRecords },
    { keyOf, defaultSize: 100, minSize: 20, maxSize: 100 },
  );
}
