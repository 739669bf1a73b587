/** Runs tasks one after the other, in the order in which they came. */
export type Serial = <T>(signal: AbortSignal, task: () => Promise<T>) => Promise<T>;

/**
 * Creates a queue of one.
 *
 * *Guarantees*: a task starts when all earlier ones have ended, however they ended; one whose signal aborted while it
 * waited does not start. *Throws* the signal's reason, and whatever the task throws.
 */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, task) => {
    const run = last.then(() => {
      signal.throwIfAborted();
      return task();
    });
    last = run.catch(() => {
      // Who asked for the task hears of its error; the next task has nothing to do with it.
    });
    return run;
  };
}
