import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignShards, createShardOf } from './assignment.ts';

const shards = fc.integer({ min: 1, max: 60 });
const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 });

function countOf(assigned: readonly string[], member: string): number {
  return assigned.filter((one) => one === member).length;
}

describe('the assignment', () => {
  it('gives every shard to a member, and none more than its share rounded up', () => {
    fc.assert(
      fc.property(shards, members, (shards, members) => {
        const assigned = assignShards(shards, members);
        expect(assigned.filter((member) => members.includes(member))).toHaveLength(shards);
        const most = Math.ceil(shards / members.length);
        for (const member of members) expect(countOf(assigned, member)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('does not depend on the order in which members are known', () => {
    fc.assert(
      fc.property(shards, members, (shards, members) => {
        expect(assignShards(shards, members.toReversed())).toEqual(assignShards(shards, members));
      }),
    );
  });

  it('is empty where there is nobody', () => {
    expect(assignShards(3, [])).toEqual([]);
  });

  it('moves little but what was its own when a member goes', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const before = assignShards(100, names);
    const after = assignShards(100, names.slice(1));
    const others = before.flatMap((member, shard) => (member === 'a' ? [] : [shard]));
    expect(others.filter((shard) => before[shard] !== after[shard]).length).toBeLessThanOrEqual(20);
  });
});

describe('the shard of a unit', () => {
  it('is always the same, and one of those that there are', () => {
    fc.assert(
      fc.property(fc.string(), shards, (unit, shards) => {
        const shardOf = createShardOf(shards);
        const shard = shardOf(unit);
        expect(shardOf(unit)).toBe(shard);
        expect(createShardOf(shards)(unit)).toBe(shard);
        expect(shard >= 0 && shard < shards).toBe(true);
      }),
    );
    // Replicas of different releases have to agree.
    expect(createShardOf(12)('123456789012/eu-central-1')).toBe(8);
  });
});
