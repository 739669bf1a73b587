import type { HistoryKind } from '../kind.ts';
import { networks } from './network.ts';
import { subscriptions } from './subscription.ts';
import { vpcNetworks } from './vpc-network.ts';
import { vpcPeerings } from './vpc-peering.ts';
import { ipRanges } from './ip-range.ts';
import { redisClusters, redisInstances } from './redis.ts';
import { scopes } from './scope.ts';

/** Kinds that others need come first. */
export const KINDS: readonly HistoryKind[] = [
  subscriptions,
  vpcNetworks,
  scopes,
  networks,
  ipRanges,
  vpcPeerings,
  redisInstances,
  redisClusters,
];

/** *Throws* for a kind that histories do not have, as a script that was written for others may name. */
export function kindNamed(name: string): HistoryKind {
  const found = KINDS.find(({ kind }) => kind.kind === name);
  if (found === undefined) throw new Error(`histories have no kind ${name}`);
  return found;
}
