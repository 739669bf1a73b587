/** Why those of several promises failed that did, in their order. */
export function failuresIn(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return settled.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
}
