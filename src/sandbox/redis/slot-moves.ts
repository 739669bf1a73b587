import type { SlotRange } from './slots.ts';

/** A part of a cluster, as far as it matters for who serves which slots. */
export interface SlotOwner {
  readonly id: string;
  readonly slots: SlotRange;
}

/** Slots that another shard is to serve. */
export interface SlotMove {
  readonly from: string;
  readonly to: string;
  readonly slots: SlotRange;
}

/**
 * What has to move so that slots are as in `after`, in an order in which a shard gives nothing away before it has all that
 * it receives; undefined when there is no such order.
 *
 * The order is that in which claims grow newer, see `reshard.ts`.
 */
export function slotMoves(before: readonly SlotOwner[], after: readonly SlotOwner[]): readonly SlotMove[] | undefined {
  let open = movesBetween(before, after);
  const ordered: SlotMove[] = [];
  while (open.length > 0) {
    const receivers = new Set(open.map(({ to }) => to));
    const next = [...receivers].find((id) => open.every(({ from, to }) => to !== id || !receivers.has(from)));
    if (next === undefined) return undefined;
    ordered.push(...open.filter(({ to }) => to === next));
    open = open.filter(({ to }) => to !== next);
  }
  return ordered;
}

function movesBetween(before: readonly SlotOwner[], after: readonly SlotOwner[]): readonly SlotMove[] {
  return before.flatMap(({ id: from, slots }) =>
    after.flatMap(({ id: to, slots: wanted }) => {
      const shared = { first: Math.max(slots.first, wanted.first), last: Math.min(slots.last, wanted.last) };
      return from === to || shared.first > shared.last ? [] : [{ from, to, slots: shared }];
    }),
  );
}
