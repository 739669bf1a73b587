/**
 * Slots move between primaries while all of them serve: no client is refused, as on AWS.
 *
 * For each pair of giver and receiver: the receiver opens itself for the slots, the giver sends there whoever asks for a
 * key that it does not have, keys move one by one, and at last receiver, giver and everybody else are told whose the slots
 * are. A write goes to one of both at any moment, and to the same one as a read after it.
 *
 * Nodes also gossip about slots, and believe whoever has the higher epoch. Somebody who has heard of the giver's latest
 * epoch, and not yet that the slot is gone from there, would hold the giver's claim against the receiver's if it were newer,
 * and the receiver would lose the slot and its keys. Therefore receivers have higher epochs than those they receive from,
 * everybody knows of them before the first slot moves, and no epoch changes after that (`STABLE` before `NODE`: a receiver
 * that is still open would take a new one).
 */
import { epochsSeenBy, untilEpochsAreKnown, type Waiting } from './cluster-view.ts';
import type { ServerProcess } from './server-process.ts';
import type { SlotMove } from './slot-moves.ts';
import { type SlotRange, slotsIn } from './slots.ts';

interface Transfer {
  readonly from: ServerProcess;
  readonly to: ServerProcess;
  readonly slots: SlotRange;
}

/** Moves slots between the primaries of shards, in this order; `nodes` are all of the cluster. */
export async function moveSlots(
  moves: readonly SlotMove[],
  primaries: ReadonlyMap<string, ServerProcess>,
  nodes: readonly ServerProcess[],
  waiting: Waiting,
): Promise<void> {
  const primaryOf = (id: string): ServerProcess => {
    const primary = primaries.get(id);
    if (!primary) throw new Error(`The shard ${id} has no primary`);
    return primary;
  };
  const transfers = moves.map(({ from, to, slots }): Transfer => {
    return { from: primaryOf(from), to: primaryOf(to), slots };
  });
  await renewClaims(transfers, nodes, waiting);
  for (const transfer of transfers) await move(transfer, [...primaries.values()]);
}

/** Gives each receiver a higher epoch than those have that it receives from. */
async function renewClaims(
  transfers: readonly Transfer[],
  nodes: readonly ServerProcess[],
  waiting: Waiting,
): Promise<void> {
  await untilEpochsAreKnown(nodes, waiting);
  for (const { from, to } of transfers) {
    const epochs = await epochsSeenBy(to);
    const [given, received] = [epochs.get(await from.nodeId()), epochs.get(await to.nodeId())];
    if (given === undefined || received === undefined) throw new Error('A primary is not known to the cluster');
    if (received > given) continue;
    await to.tell('CLUSTER', 'BUMPEPOCH');
    await untilEpochsAreKnown(nodes, waiting);
  }
}

async function move({ from, to, slots }: Transfer, primaries: readonly ServerProcess[]): Promise<void> {
  const [giver, receiver] = [await from.nodeId(), await to.nodeId()];
  const set = (...words: readonly string[]): string[][] =>
    slotsIn(slots).map((slot) => ['CLUSTER', 'SETSLOT', slot, ...words]);
  await to.ask(set('IMPORTING', giver));
  await from.ask(set('MIGRATING', receiver));
  await moveKeys({ from, to, slots });
  // In one go, so that nobody finds a receiver that is closed and does not have the slot.
  await to.ask(
    slotsIn(slots).flatMap((slot) => [
      ['CLUSTER', 'SETSLOT', slot, 'STABLE'],
      ['CLUSTER', 'SETSLOT', slot, 'NODE', receiver],
    ]),
  );
  await from.ask(set('NODE', receiver));
  for (const other of primaries) if (other !== from && other !== to) await other.ask(set('NODE', receiver));
}

/** More than a sandbox has. */
const ALL_KEYS = '1000000';

/** No key comes to the giver any more when these are listed. */
async function moveKeys({ from, to, slots }: Transfer): Promise<void> {
  const lists = await from.ask(slotsIn(slots).map((slot) => ['CLUSTER', 'GETKEYSINSLOT', slot, ALL_KEYS]));
  for (const keys of lists) {
    if (Array.isArray(keys) && keys.length > 0) await from.sendKeys(keys.map(String), to);
  }
}
