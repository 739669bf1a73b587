/** Why those of several promises failed that did, in their order. */
export function failuresIn(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return settled.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
}

/** *Throws* the failure when there is one, and an `AggregateError` when there are several. */
export function throwAny(failures: readonly unknown[], message: string): void {
  if (failures.length > 1) throw new AggregateError(failures, message);
  // oxlint-disable-next-line typescript/only-throw-error -- what failed goes on unchanged, whatever it is
  if (failures.length === 1) throw failures[0];
}

/** As `Promise.all`, but it waits for all of them also when one fails, so that nothing runs on behind anybody's back. */
export async function awaitAll<T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const promises: readonly Promise<unknown>[] = work;
  const settled = await Promise.allSettled(promises);
  throwAny(failuresIn(settled), 'Several calls that ran side by side failed');
  // None has failed, so each has its value.
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** Works on all items, on `lanes` of them at once, and on the others also when one fails. The results are in their order. */
export async function inLanes<T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    // An iterator that all lanes share gives each item to one of them.
    for (const [index, item] of queue) [results[index]] = await Promise.allSettled([work(item)]);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
