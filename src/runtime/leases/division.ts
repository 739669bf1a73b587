import type { KubeLease } from '../../kube/index.ts';
import { holderOf, isMembership, shardsOf } from './lease-set.ts';

/*
 * How replicas divide the work, as one of them reads it from all leases of the installation. Memberships say who is there,
 * the number of shards on each lease says into how many parts its writer divides the work.
 */

/** All leases, as one look found them. */
export interface SeenLeases {
  /** Somebody holds them. */
  readonly live: readonly KubeLease[];
  /** Nobody does any more. */
  readonly over: readonly KubeLease[];
}

/** Whether replicas that divide the work otherwise than in `shards` are at it, or go first. */
export function isBlocked(shards: number, { live }: SeenLeases): boolean {
  const others = live.filter((lease) => shardsOf(lease) !== shards);
  if (others.some((lease) => !isMembership(lease))) return true;
  const areWeAtWork = live.some((lease) => shardsOf(lease) === shards && !isMembership(lease));
  return !areWeAtWork && others.some((lease) => shardsOf(lease) < shards);
}

/** Who shares the work in `shards` with the replica `identity`, itself included; in the same order for all of them. */
export function membersOf(shards: number, identity: string, { live }: SeenLeases): readonly string[] {
  const ours = live.filter((lease) => isMembership(lease) && shardsOf(lease) === shards);
  return [...new Set([identity, ...ours.map(holderOf)])].sort();
}

/** What can go: memberships of the dead, and leases of a division of the work that nobody uses any more. */
export function leftOver(shards: number, { live, over }: SeenLeases): readonly KubeLease[] {
  const used = new Set([shards, ...live.map(shardsOf)]);
  return over.filter((lease) => isMembership(lease) || !used.has(shardsOf(lease)));
}
