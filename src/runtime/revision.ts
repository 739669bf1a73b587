/**
 * Orders two resource versions of one cluster and kind; positive when `a` is newer. They are decimal numbers without
 * leading zeros ([comparable by contract](https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/5504-comparable-resource-version)),
 * longer than a `number` holds exactly.
 */
export function compareRevisions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
