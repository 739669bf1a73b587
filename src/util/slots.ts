import { abortableWait } from './abort.ts';

/** Runs tasks, not more than so many at once, in the order in which they came. */
export type Slots = <T>(signal: AbortSignal, task: () => Promise<T>) => Promise<T>;

/**
 * Creates `count` slots.
 *
 * *Guarantees*: a task whose signal aborted while it waited does not start, and holds nobody up. *Throws* the signal's
 * reason, and whatever the task throws.
 */
export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>();
  let free = count;
  return async (signal, task) => {
    if (free > 0 && !signal.aborted) free -= 1;
    else await givenSlot(waiting, signal);
    try {
      return await task();
    } finally {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Resolves when somebody hands a slot on. */
function givenSlot(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return abortableWait(signal, (resolve) => {
    const take = (): void => {
      waiting.delete(take);
      resolve();
    };
    waiting.add(take);
    return () => waiting.delete(take);
  });
}
