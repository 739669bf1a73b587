/** One page of a list of AWS, whatever the service calls its token. */
export interface Page<T> {
  readonly items: readonly T[] | undefined;
  /** Undefined or empty on the last page. */
  readonly next: string | undefined;
}

export interface Paged<T> {
  readonly items: readonly T[];
  readonly requests: number;
}

/**
 * Reads a list to its end.
 *
 * *Throws* when AWS gives the same token twice in a row: the list would never end.
 */
export async function readPages<T>(readPage: (token: string | undefined) => Promise<Page<T>>): Promise<Paged<T>> {
  const items: T[] = [];
  let token: string | undefined;
  for (let requests = 1; ; requests += 1) {
    const page = await readPage(token);
    items.push(...(page.items ?? []));
    if (!page.next) return { items, requests };
    if (page.next === token) throw new Error('AWS gave the same page token twice');
    token = page.next;
  }
}

/** Cuts a list into pieces of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
