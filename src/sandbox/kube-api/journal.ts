/** One request that the server answered, or broke off. */
export interface JournalEntry {
  /** Wall time of the server's clock. */
  readonly timeMs: number;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; the HTTP method where no resource is meant. */
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly userAgent: string;
  /** The name of who asked, or was impersonated. */
  readonly user: string;
  /** The HTTP status; undefined when the connection was broken off. */
  readonly status: number | undefined;
  readonly isWrite: boolean;
}

/** How many requests are remembered: enough for the longest test, little enough for a sandbox that runs for days. */
const JOURNAL_LENGTH = 20_000;

/** What was asked of the server, in the order of the answers. A watch is noted when it begins. */
export class Journal {
  #entries: JournalEntry[] = [];

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Requests about resources that change something. */
  get writes(): readonly JournalEntry[] {
    return this.#entries.filter(({ isWrite }) => isWrite);
  }

  record(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > JOURNAL_LENGTH * 1.5) this.#entries = this.#entries.slice(-JOURNAL_LENGTH);
  }

  clear(): void {
    this.#entries = [];
  }
}
