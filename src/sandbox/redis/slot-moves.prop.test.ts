import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotMoves, type SlotOwner } from './slot-moves.ts';
import { SLOTS } from './slots.ts';

/** As ElastiCache spreads slots: each shard has as many as any other, in their order. */
function spread(ids: readonly string[]): readonly SlotOwner[] {
  const edge = (index: number): number => Math.floor((index * SLOTS) / ids.length);
  return ids.map((id, index) => ({ id, slots: { first: edge(index), last: edge(index + 1) - 1 } }));
}

const shards = fc.subarray(['1', '2', '3', '4', '5', '6', '7', '8'], { minLength: 1 });

function ownersOf(owners: readonly SlotOwner[]): string[] {
  return owners.flatMap(({ id, slots }) => Array.from({ length: slots.last - slots.first + 1 }, () => id));
}

describe('slotMoves', () => {
  it('leads from any shards to any others, each slot at most once, from whoever has it', () => {
    fc.assert(
      fc.property(shards, shards, (before, after) => {
        const owners = ownersOf(spread(before));
        for (const { from, to, slots } of slotMoves(spread(before), spread(after)) ?? []) {
          expect(new Set(owners.slice(slots.first, slots.last + 1))).toEqual(new Set([from]));
          owners.fill(to, slots.first, slots.last + 1);
        }
        expect(owners.join('')).toBe(ownersOf(spread(after)).join(''));
      }),
    );
  });

  it('lets a shard receive all that it is to have before it gives', () => {
    fc.assert(
      fc.property(shards, shards, (before, after) => {
        const moves = slotMoves(spread(before), spread(after)) ?? [];
        for (const [index, { from }] of moves.entries()) {
          expect(moves.slice(index).map(({ to }) => to)).not.toContain(from);
        }
      }),
    );
  });

  it('knows no order for shards that change places', () => {
    const [a, b] = spread(['a', 'b']);
    if (!a || !b) throw new Error('two shards were asked for');
    const swapped = [
      { id: 'a', slots: b.slots },
      { id: 'b', slots: a.slots },
    ];
    expect(slotMoves([a, b], swapped)).toBeUndefined();
  });
});
