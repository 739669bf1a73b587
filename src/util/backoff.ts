/** How pauses grow: twice as long with each failure in a row. */
export interface Growth {
  readonly firstMs: number;
  /** Default: no bound. */
  readonly longestMs?: number;
}

/** More than any pause is doubled: beyond it numbers would be infinite before they are bounded. */
const MOST_DOUBLINGS = 40;

/**
 * How long to pause after so many failures in a row, at least one: half of the time to all of it, so that those who wait for
 * the same do not come back together.
 */
export function pauseAfter(failures: number, { firstMs, longestMs = Infinity }: Growth, random: () => number): number {
  const fullMs = Math.min(firstMs * 2 ** Math.min(failures - 1, MOST_DOUBLINGS), longestMs);
  return fullMs * (0.5 + random() / 2);
}
