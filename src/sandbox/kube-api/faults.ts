/** A failure that is planned for coming requests. */
export interface Fault {
  /** Default: any. As in the journal: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`... */
  readonly verb?: string;
  /** The plural name. Default: any request about a resource. */
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** How many requests it strikes. Default: 1. */
  readonly count?: number;
  /** `before`: nothing is done; `after`: it is done, and the client does not learn it. Default: `before`. */
  readonly when?: 'before' | 'after';
  /** The HTTP status of the answer. Default: 500, unless `drop` or `delayMs` says otherwise. */
  readonly status?: number;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Breaks the connection (HTTP/1.1) or the stream (HTTP/2) off instead of an answer. */
  readonly drop?: boolean;
  /** Answers later, by the server's clock. Alone, the request then goes its ordinary way. */
  readonly delayMs?: number;
}

/** What a request has to say to be struck. */
export interface FaultSubject {
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly userAgent: string;
  readonly isWrite: boolean;
}

/** Chooses what goes wrong with a request when the request is there; undefined for nothing. */
export type FaultChooser = (
  subject: FaultSubject,
) => Pick<Fault, 'when' | 'status' | 'retryAfterSeconds' | 'drop' | 'delayMs'> | undefined;

interface Planned {
  readonly fault: Fault;
  left: number;
}

/** The failures planned for coming requests; the first that fits a request strikes it. */
export class FaultPlan {
  #planned: Planned[] = [];
  readonly #choosers = new Set<FaultChooser>();

  /** *Returns* a function that takes the plan back. */
  add(fault: Fault): () => void {
    const planned = { fault, left: fault.count ?? 1 };
    this.#planned.push(planned);
    return () => {
      this.#planned = this.#planned.filter((one) => one !== planned);
    };
  }

  /** `choose` is asked about each request before the plan is, until the function that comes back is called. */
  intercept(choose: FaultChooser): () => void {
    this.#choosers.add(choose);
    return () => void this.#choosers.delete(choose);
  }

  clear(): void {
    this.#planned = [];
  }

  /** How many strikes are still to come. */
  get pending(): number {
    return this.#planned.reduce((sum, { left }) => sum + left, 0);
  }

  /** The fault that strikes this request, which uses it up once; undefined when none does. */
  take(subject: FaultSubject): Fault | undefined {
    for (const choose of this.#choosers) {
      const chosen = choose(subject);
      if (chosen) return chosen;
    }
    const planned = this.#planned.find(({ fault }) => strikes(fault, subject));
    if (!planned) return undefined;
    planned.left -= 1;
    if (planned.left <= 0) this.#planned = this.#planned.filter((one) => one !== planned);
    return planned.fault;
  }
}

function strikes(fault: Fault, subject: FaultSubject): boolean {
  const asked = ['verb', 'resource', 'subresource', 'namespace', 'name'] as const;
  return (
    subject.resource !== '' && asked.every((field) => fault[field] === undefined || fault[field] === subject[field])
  );
}
