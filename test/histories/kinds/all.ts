import type { HistoryKind } from '../kind.ts';
import { ipRanges } from './ip-range.ts';
import { redisClusters, redisInstances } from './redis.ts';
import { scopes } from './scope.ts';

/** Kinds that others need come first. */
export const KINDS: readonly HistoryKind[] = [scopes, ipRanges, redisInstances, redisClusters];

/** *Throws* for a kind that histories do not have, as a script that was written for others may name. */
export function kindNamed(name: string): HistoryKind {
  const found = KINDS.find(({ kind }) => kind.kind === name);
  if (found === undefined) throw new Error(`histories have no kind ${name}`);
  return found;
}
