const AT_ONCE = 50;

/** Does `task` for 0 to `count` - 1, some at a time. */
export async function inParallel(count: number, task: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
}

/** Does `task` for each of `things`, some at a time. */
export async function forEachOf<T>(things: readonly T[], task: (thing: T) => Promise<unknown>): Promise<void> {
  const left = things.values();
  const work = async (): Promise<void> => {
    for (const thing of left) await task(thing);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
