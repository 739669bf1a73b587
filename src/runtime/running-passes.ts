import type { Authority } from '../util/call.ts';

/**
 * Counts passes by the authority under which they run, so that an authority is given up only when nobody needs it. Two
 * authorities that end by the same signal are one.
 */
export class RunningPasses {
  readonly #counts = new Map<AbortSignal, number>();
  readonly #waiters = new Map<AbortSignal, (() => void)[]>();

  /** Runs `pass`, and counts it meanwhile. */
  async during<R>({ ended }: Authority, pass: () => Promise<R>): Promise<R> {
    if (ended === undefined) return pass();
    this.#counts.set(ended, this.#count(ended) + 1);
    try {
      return await pass();
    } finally {
      this.#leave(ended);
    }
  }

  /** Resolves when no pass runs that would be aborted by `ended`, at once when none does. */
  whenNone(ended: AbortSignal): Promise<void> {
    if (this.#count(ended) === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.set(ended, [...(this.#waiters.get(ended) ?? []), resolve]);
    });
  }

  #count(ended: AbortSignal): number {
    return this.#counts.get(ended) ?? 0;
  }

  #leave(ended: AbortSignal): void {
    const left = this.#count(ended) - 1;
    if (left > 0) {
      this.#counts.set(ended, left);
      return;
    }
    this.#counts.delete(ended);
    for (const resolve of this.#waiters.get(ended) ?? []) resolve();
    this.#waiters.delete(ended);
  }
}
