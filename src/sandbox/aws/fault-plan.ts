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

/** The faults that wait; each is used up by `count` calls, in the order in which they were added. */
export class FaultPlan {
  #planned: PlannedFault[] = [];

  add(fault: Fault): void {
    this.#planned.push({ fault, left: fault.count ?? 1 });
  }

  clear(): void {
    this.#planned = [];
  }

  /** How many faults wait. */
  get pending(): number {
    return this.#planned.length;
  }

  /** Takes the fault that hits this call; undefined when none does. One call is hit by one fault at most. */
  take(service: string, operation: string): Fault | undefined {
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
