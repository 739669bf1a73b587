import fc from 'fast-check';
import type { TestAws } from './aws-simulator.ts';

/** What goes wrong with one request to EC2: an error of AWS, or an answer that never comes. */
export interface FaultStep {
  readonly kind: 'fault';
  readonly operation: string;
  readonly when: 'before' | 'after';
  /** Default: the connection is dropped. */
  readonly error?: string;
}

/** A write to Kubernetes whose answer is lost. */
export interface LostWriteStep {
  readonly kind: 'lostWrite';
  readonly when: 'before' | 'after';
}

const aMoment = fc.constantFrom('before' as const, 'after' as const);

/** One of the operations goes wrong, in one of the ways; undefined: the connection is dropped. */
export function aFault(
  operations: readonly string[],
  errors: readonly (string | undefined)[],
): fc.Arbitrary<FaultStep> {
  return fc
    .tuple(fc.constantFrom(...operations), aMoment, fc.constantFrom(...errors))
    .map(([operation, when, error]) => ({ kind: 'fault', operation, when, ...(error !== undefined && { error }) }));
}

export const aLostWrite: fc.Arbitrary<LostWriteStep> = aMoment.map((when) => ({ kind: 'lostWrite', when }));

/** The next request of that operation goes wrong. */
export function planFault({ faults }: TestAws, { operation, when, error }: FaultStep): void {
  faults.add({ service: 'ec2', operation, when, ...(error === undefined ? { drop: true } : { error }) });
}
