/** Settles as `work` does, or as soon as the signal aborts; then what becomes of `work` is nobody's business. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(reasonOf(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  });
}

/** Resolves when the signal aborts, at once when it has. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Waits for a callback: `begin` hands `resolve` to whoever will call it, and gives back how that is withdrawn, which is
 * asked for only by an abort.
 *
 * *Guarantees*: once settled, nothing listens to the signal; `begin` is not called when the signal has aborted before.
 * *Throws* the signal's reason, and what `begin` throws.
 */
export function abortableWait<T>(
  signal: AbortSignal | undefined,
  begin: (resolve: (value: T) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(reasonOf(signal));
      return;
    }
    const onAbort = (): void => {
      withdraw();
      reject(reasonOf(signal));
    };
    // Before `begin`, which may resolve at once.
    signal?.addEventListener('abort', onAbort, { once: true });
    let withdraw = (): void => {};
    const stopListening = (): void => signal?.removeEventListener('abort', onAbort);
    try {
      withdraw = begin((value) => {
        stopListening();
        resolve(value);
      });
    } catch (error) {
      stopListening();
      throw error;
    }
  });
}

/** Why the signal aborted. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  // Whoever aborts with something else than an error wants just that to be thrown.
  return signal?.reason as Error;
}
