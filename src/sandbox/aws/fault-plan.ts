import { Type, type Static } from 'typebox';

const FaultError = Type.Object(
  {
    code: Type.String({ minLength: 1 }),
    message: Type.Optional(Type.String()),
    httpStatus: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
  },
  { additionalProperties: false },
);

export const FaultSchema = Type.Object(
  {
    /** `*`: every service. */
    service: Type.String({ minLength: 1 }),
    /** `*`: every operation. */
    operation: Type.String({ minLength: 1 }),
    /** Of calls that fail. Default: 1. */
    count: Type.Optional(Type.Integer({ minimum: 1 })),
    /** `after`: the call has its effect, then the caller does not learn of it. Default: `before`. */
    when: Type.Optional(Type.Union([Type.Literal('before'), Type.Literal('after')])),
    /** A code alone is enough. */
    error: Type.Optional(Type.Union([Type.String({ minLength: 1 }), FaultError])),
    delayMs: Type.Optional(Type.Number({ minimum: 0 })),
    /** The connection is cut instead of an answer. */
    drop: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** What shall go wrong with the next calls of an operation. */
export type Fault = Static<typeof FaultSchema>;

interface PlannedFault {
  readonly fault: Fault;
  left: number;
}

/** A call that was admitted and is about to have its effect. */
export interface FaultSubject {
  readonly service: string;
  readonly operation: string;
  /** As the operation's schema has it. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Chooses what goes wrong with a call when the call is there; undefined for nothing. */
export type FaultChooser = (subject: FaultSubject) => Omit<Fault, 'service' | 'operation' | 'count'> | undefined;

/** The faults that wait; each is used up by `count` calls, in the order in which they were added. */
export class FaultPlan {
  #planned: PlannedFault[] = [];
  readonly #choosers = new Set<FaultChooser>();

  add(fault: Fault): void {
    this.#planned.push({ fault, left: fault.count ?? 1 });
  }

  /** `choose` is asked about each call before the faults that wait are, until the function that comes back is called. */
  intercept(choose: FaultChooser): () => void {
    this.#choosers.add(choose);
    return () => void this.#choosers.delete(choose);
  }

  clear(): void {
    this.#planned = [];
  }

  /** How many faults wait. */
  get pending(): number {
    return this.#planned.length;
  }

  /** Takes the fault that hits this call; undefined when none does. One call is hit by one fault at most. */
  take(subject: FaultSubject): Fault | undefined {
    const { service, operation } = subject;
    for (const choose of this.#choosers) {
      const chosen = choose(subject);
      if (chosen) return { service, operation, ...chosen };
    }
    const hit = this.#planned.find(
      ({ fault }) => matches(fault.service, service) && matches(fault.operation, operation),
    );
    if (!hit) return undefined;
    hit.left -= 1;
    if (hit.left === 0) this.#planned = this.#planned.filter((planned) => planned !== hit);
    return hit.fault;
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name;
}
