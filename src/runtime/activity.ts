/**
 * Knows when nothing is going on: parts of the runtime register what keeps them busy, and say so whenever that may have
 * changed. Waiting is by event; nothing polls.
 */
export class Activity {
  readonly #parts = new Set<() => boolean>();
  readonly #waiters = new Set<() => void>();

  /** `isBusy` is asked after each `changed()` while somebody waits. */
  register(isBusy: () => boolean): () => void {
    this.#parts.add(isBusy);
    return () => {
      this.#parts.delete(isBusy);
      this.changed();
    };
  }

  changed(): void {
    if (this.#waiters.size === 0 || this.#isBusy()) return;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
  }

  /** Resolves when no part is busy, at once when none is. *Throws* the signal's reason. */
  whenIdle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#waiters.delete(done);
        reject(signal.reason as Error);
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(done);
      this.changed();
    });
  }

  #isBusy(): boolean {
    return [...this.#parts].some((isBusy) => isBusy());
  }
}
