/** One call, as it was answered. */
export interface JournalEntry {
  /** Wall clock, ISO 8601. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  /** Empty when the caller could not be told. */
  readonly account: string;
  readonly region: string;
  /** ARN of the caller. */
  readonly principal: string;
  /** `OK`, AWS's error code, or `Dropped` when the connection was cut instead of an answer. */
  readonly code: string;
}

/** A session of weeks must not eat the memory; a hundred thousand calls are some 30 MB. */
const MOST_ENTRIES = 100_000;

/** Every call since the start, or since it was cleared. */
export class Journal {
  #entries: JournalEntry[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();

  calls(): readonly JournalEntry[] {
    return this.#entries.slice(-MOST_ENTRIES);
  }

  clear(): void {
    this.#entries = [];
  }

  /** `listener` hears each call after it was noted, until the function that comes back is called. */
  onCall(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * MOST_ENTRIES) this.#entries = this.#entries.slice(-MOST_ENTRIES);
    for (const listener of this.#listeners) listener(entry);
  }
}
