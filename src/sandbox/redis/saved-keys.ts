import { isPrimary, type LiveShard } from './live-shard.ts';
import type { ServerProcess } from './server-process.ts';
import { slotOf } from './slots.ts';

interface SavedKey {
  readonly key: string;
  /** How long it has to live; 0 for ever. */
  readonly lastsMs: number;
  readonly dump: string;
}

const KEYS_AT_ONCE = '500';

async function keysOf(node: ServerProcess): Promise<readonly string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [page] = await node.ask([['SCAN', cursor, 'COUNT', KEYS_AT_ONCE]]);
    const [next, found] = Array.isArray(page) ? page : [];
    cursor = String(next ?? '0');
    keys.push(...(Array.isArray(found) ? found.map(String) : []));
  } while (cursor !== '0');
  return keys;
}

/** Everything that a primary holds; replicas hold the same. */
export async function saved(node: ServerProcess): Promise<readonly SavedKey[]> {
  if (!(await isPrimary(node))) return [];
  const keys = await keysOf(node);
  const replies = await node.ask(
    keys.flatMap((key) => [
      ['PTTL', key],
      ['DUMP', key],
    ]),
  );
  return keys.flatMap((key, index) => {
    const [lastsMs, dump] = replies.slice(index * 2);
    // A key may have come to its end in between.
    return typeof dump === 'string' ? [{ key, lastsMs: Math.max(Number(lastsMs), 0), dump }] : [];
  });
}

export async function restore(keys: readonly SavedKey[], shards: readonly LiveShard[]): Promise<void> {
  const byPrimary = Map.groupBy(keys, ({ key }) => {
    const slot = slotOf(key);
    return shards.find(({ slots }) => slots.first <= slot && slot <= slots.last)?.nodes[0];
  });
  for (const [primary, own] of byPrimary) {
    await primary?.ask(own.map(({ key, lastsMs, dump }) => ['RESTORE', key, String(lastsMs), dump]));
  }
}

/** A node that knows no other and holds nothing. */
export async function clear(node: ServerProcess): Promise<void> {
  if (await isPrimary(node)) await node.tell('FLUSHALL');
  await node.tell('CLUSTER', 'RESET', 'HARD');
}
