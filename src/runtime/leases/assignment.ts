import { createHash } from 'node:crypto';

/** More accounts and regions than anybody has; who has more computes some again. */
const MOST_REMEMBERED = 10_000;

/**
 * Gives the shard of a unit of work, of `shards`: the same for all replicas and releases. It remembers what it gave: every
 * write asks it, and who gains shards asks it about all objects at once, of which there are far fewer units.
 */
export function createShardOf(shards: number): (unit: string) => number {
  const remembered = new Map<string, number>();
  return (unit) => {
    const known = remembered.get(unit);
    if (known !== undefined) return known;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const shard = numberFrom(unit) % shards;
    remembered.set(unit, shard);
    return shard;
  };
}

/**
 * Which member should hold which shard, by the shard's number: rendezvous hashing, in which no member gets more than its
 * share, rounded up. It says who should, never who may: that only a lease says, so members that disagree for a moment
 * about who is alive do no harm.
 *
 * The strongest bond of a member and a shard is served first, so the answer does not depend on the order of `members`, and
 * when one goes little moves but what was its own. With nobody there, nothing is assigned.
 */
export function assignShards(shards: number, members: readonly string[]): readonly string[] {
  const most = Math.ceil(shards / Math.max(members.length, 1));
  const bonds = members.flatMap((member) =>
    Array.from({ length: shards }, (_, shard) => ({ member, shard, strength: numberFrom(`${member}\n${shard}`) })),
  );
  bonds.sort((a, b) => b.strength - a.strength || (a.member < b.member ? -1 : 1));
  const assigned: string[] = [];
  const counts = new Map<string, number>();
  for (const { member, shard } of bonds) {
    const count = counts.get(member) ?? 0;
    if (assigned[shard] !== undefined || count >= most) continue;
    assigned[shard] = member;
    counts.set(member, count + 1);
  }
  return assigned;
}

const BYTES_OF_A_SAFE_INTEGER = 6;

function numberFrom(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, BYTES_OF_A_SAFE_INTEGER);
}
