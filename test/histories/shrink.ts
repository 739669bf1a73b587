/**
 * Finds a part of `items` that still fails and of which every item is needed, by leaving out ever smaller runs of it
 * (delta debugging, https://www.st.cs.uni-saarland.de/papers/tse2002/). Gives up refining after `mostTries`.
 */
export async function shrunk<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  mostTries: number,
): Promise<readonly T[]> {
  let kept = items;
  let tries = 0;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      if ((tries += 1) > mostTries) return kept;
      const fewer = kept.toSpliced(at, size);
      if (await fails(fewer)) {
        kept = fewer;
        // What was needed before may not be any more.
        if (size === 1) at = 0;
      } else at += size;
    }
  }
  return kept;
}
