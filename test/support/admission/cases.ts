import type { Acceptance, Refusal } from './case.ts';
import { ipRangeAcceptances, ipRangeRefusals } from './ip-range.ts';
import { redisAcceptances, redisRefusals } from './redis.ts';
import { scopeAcceptances, scopeRefusals } from './scope.ts';

/** What an API server must say no to, of every kind. */
export const REFUSALS: readonly Refusal[] = [...scopeRefusals, ...ipRangeRefusals, ...redisRefusals];

/** What an API server must take, of every kind. */
export const ACCEPTANCES: readonly Acceptance[] = [...scopeAcceptances, ...ipRangeAcceptances, ...redisAcceptances];
