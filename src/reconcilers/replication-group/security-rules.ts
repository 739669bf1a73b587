import type { IngressRule } from '../../aws/index.ts';
import { REDIS_PORT } from './names.ts';

export interface RuleDifferences {
  readonly authorize: readonly IngressRule[];
  /** Rules that nobody asked for, whoever added them: other networks, other ports, other protocols. */
  readonly revoke: readonly IngressRule[];
}

export function ruleFor(cidr: string): IngressRule {
  return {
    protocol: 'tcp',
    fromPort: REDIS_PORT,
    toPort: REDIS_PORT,
    source: { kind: 'cidr', cidr },
    description: undefined,
  };
}

/** Compares exactly: a wider port range or a larger network is a difference, not a way of having what was asked. */
export function ruleDifferencesOf(allowedCidrs: readonly string[], observed: readonly IngressRule[]): RuleDifferences {
  const isAsked = (rule: IngressRule): boolean => allowedCidrs.some((cidr) => isRuleFor(rule, cidr));
  return {
    authorize: allowedCidrs.filter((cidr) => !observed.some((rule) => isRuleFor(rule, cidr))).map(ruleFor),
    revoke: observed.filter((rule) => !isAsked(rule)),
  };
}

function isRuleFor(rule: IngressRule, cidr: string): boolean {
  return (
    rule.protocol === 'tcp' &&
    rule.fromPort === REDIS_PORT &&
    rule.toPort === REDIS_PORT &&
    rule.source.kind === 'cidr' &&
    rule.source.cidr === cidr
  );
}
