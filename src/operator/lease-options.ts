import type { ConfigurationProblem } from './configuration-error.ts';
import type { OptionValues } from './options-schema.ts';

/** A retry may come so much later than its period: the jitter of client-go. */
const JITTER = 1.2;

/** What is wrong with the times of leases taken together: the relations of client-go. */
export function leaseProblems({ leases }: Pick<OptionValues, 'leases'>): ConfigurationProblem[] {
  const { duration, renewDeadline, retryPeriod } = leases;
  const problem = (name: string, problem: string) => ({ key: `leases.${name}`, problem });
  return [
    ...(duration % 1000 === 0
      ? []
      : [problem('duration', 'must be whole seconds: a Lease of Kubernetes has no others')]),
    ...(renewDeadline < duration
      ? []
      : [problem('renewDeadline', 'must be shorter than leases.duration: a holder stops before others begin')]),
    ...(retryPeriod * JITTER < renewDeadline
      ? []
      : [
          problem('retryPeriod', `times ${JITTER} must be shorter than leases.renewDeadline: a renewal is tried again`),
        ]),
  ];
}
