import type { ServerProcess } from './server-process.ts';
import { slotRangeFrom, type SlotRange } from './slots.ts';

export interface LiveShard {
  readonly id: string;
  readonly slots: SlotRange;
  /** The first one is to be the primary. */
  readonly nodes: readonly ServerProcess[];
}

export async function isPrimary(node: ServerProcess): Promise<boolean> {
  return (await node.tell('INFO', 'replication')).includes('role:master');
}

export function liveShard(id: string, slots: string, nodes: readonly ServerProcess[]): LiveShard {
  return { id, slots: slotRangeFrom(slots), nodes };
}
