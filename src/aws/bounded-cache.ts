import type { Clock } from '../util/clock.ts';

interface Kept<T> {
  readonly value: T;
  readonly untilMs: number;
}

/** Keeps answers that hardly change: at most so many, the longest unused goes first, and each for a time only. */
export class BoundedCache<T> {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #keptMs: number;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept<T>>();

  constructor(clock: Clock, bounds: { readonly most: number; readonly keptMs: number }) {
    this.#clock = clock;
    this.#most = bounds.most;
    this.#keptMs = bounds.keptMs;
  }

  /** Gives what is kept, or what `read` gives; failures are not kept. */
  async get(key: string, read: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept && kept.untilMs > this.#clock.monotonicMs()) return this.#store(key, kept);
    return this.#store(key, { value: await read(), untilMs: this.#clock.monotonicMs() + this.#keptMs });
  }

  #store(key: string, kept: Kept<T>): T {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > this.#most && !oldest.done) this.#kept.delete(oldest.value);
    return kept.value;
  }
}
