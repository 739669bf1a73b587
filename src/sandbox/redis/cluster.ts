/**
 * Servers become a group: with cluster mode a Redis Cluster, without it a primary with replicas.
 *
 * A cluster is changed in an order that keeps every slot served: new nodes join, replicas follow their primaries, slots
 * move with their keys, leaders change, and only then do nodes leave. What is right already is left alone, so the same
 * change may be asked again.
 */
import { type Clock, sleep } from '../../util/clock.ts';
import type { ServerProcess } from './server-process.ts';
import { SLOTS, slotRangeFrom, type SlotRange } from './slots.ts';

export interface LiveShard {
  readonly id: string;
  readonly slots: SlotRange;
  /** The first one is to be the primary. */
  readonly nodes: readonly ServerProcess[];
}

export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 30_000;

async function until(what: string, isSo: () => Promise<boolean>, { clock, signal }: Waiting): Promise<void> {
  const endMs = clock.monotonicMs() + PATIENCE_MS;
  while (!(await isSo())) {
    if (clock.monotonicMs() > endMs) throw new Error(`The servers did not come to this: ${what}`);
    await sleep(clock, LOOK_AGAIN_MS, signal);
  }
}

const allOf = async (
  nodes: readonly ServerProcess[],
  isSo: (node: ServerProcess) => Promise<boolean>,
): Promise<boolean> => (await Promise.all(nodes.map(isSo))).every(Boolean);

async function isLinked(replica: ServerProcess): Promise<boolean> {
  return (await replica.tell('INFO', 'replication')).includes('master_link_status:up');
}

async function isPrimary(node: ServerProcess): Promise<boolean> {
  return (await node.tell('INFO', 'replication')).includes('role:master');
}

/** A primary with replicas, without cluster mode. */
export async function formReplication(nodes: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  const [primary, ...replicas] = nodes;
  if (!primary) return;
  await primary.tell('REPLICAOF', 'NO', 'ONE');
  const { host, port } = primary.address;
  for (const replica of replicas) await replica.tell('REPLICAOF', host, String(port));
  await until('replicas follow', () => allOf(replicas, isLinked), waiting);
}

const primariesOf = (shards: readonly LiveShard[]): ServerProcess[] =>
  shards.map(({ nodes }) => nodes[0]).filter((node) => node !== undefined);

const nodesOf = (shards: readonly LiveShard[]): ServerProcess[] => shards.flatMap(({ nodes }) => nodes);

/** True when the node knows `count` nodes, all of them by name. */
async function knows(node: ServerProcess, count: number): Promise<boolean> {
  const lines = (await node.tell('CLUSTER', 'NODES')).trim().split('\n');
  return lines.length >= count && lines.every((line) => !line.includes('handshake'));
}

async function join(all: readonly ServerProcess[], joining: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  const [first] = all;
  for (const { address } of joining) await first?.tell('CLUSTER', 'MEET', address.host, String(address.port));
  await until('all nodes know each other', () => allOf(all, (node) => knows(node, all.length)), waiting);
}

async function follow(
  shards: readonly LiveShard[],
  replicas: readonly ServerProcess[],
  waiting: Waiting,
): Promise<void> {
  for (const { nodes } of shards) {
    const primaryId = await nodes[0]?.tell('CLUSTER', 'MYID');
    for (const node of nodes.slice(1)) {
      if (primaryId && replicas.includes(node)) await node.tell('CLUSTER', 'REPLICATE', primaryId);
    }
  }
  await until('replicas follow', () => allOf(replicas, isLinked), waiting);
}

/** A new cluster of these shards. */
export async function formCluster(shards: readonly LiveShard[], waiting: Waiting): Promise<void> {
  const nodes = nodesOf(shards);
  // Epochs of their own spare the nodes the time to settle who is newer.
  for (const [index, node] of nodes.entries()) await node.tell('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  for (const { slots, nodes } of shards) {
    await nodes[0]?.tell('CLUSTER', 'ADDSLOTS', ...numbersIn(slots));
  }
  await join(nodes, nodes.slice(1), waiting);
  await follow(
    shards,
    shards.flatMap(({ nodes }) => nodes.slice(1)),
    waiting,
  );
  await untilServing(nodes, waiting);
}

function numbersIn({ first, last }: SlotRange): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}

async function isServing(node: ServerProcess): Promise<boolean> {
  const info = await node.tell('CLUSTER', 'INFO');
  return info.includes('cluster_state:ok') && info.includes(`cluster_slots_assigned:${SLOTS}`);
}

function untilServing(nodes: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  return until('the cluster serves all slots', () => allOf(nodes, isServing), waiting);
}

function ownerOf(shards: readonly LiveShard[], slot: number): LiveShard | undefined {
  return shards.find(({ slots }) => slots.first <= slot && slot <= slots.last);
}

interface Move {
  readonly from: ServerProcess;
  readonly to: ServerProcess;
  readonly slots: readonly number[];
}

/** Slots whose shard changes, gathered by the pair of primaries. */
function movesBetween(before: readonly LiveShard[], after: readonly LiveShard[]): readonly Move[] {
  const moves = new Map<string, { from: ServerProcess; to: ServerProcess; slots: number[] }>();
  for (let slot = 0; slot < SLOTS; slot++) {
    const [source, target] = [ownerOf(before, slot), ownerOf(after, slot)];
    const [from, to] = [source?.nodes[0], target?.nodes[0]];
    if (!source || !target || !from || !to || source.id === target.id) continue;
    const key = `${source.id}>${target.id}`;
    const move = moves.get(key) ?? { from, to, slots: [] };
    move.slots.push(slot);
    moves.set(key, move);
  }
  return [...moves.values()];
}

const KEYS_AT_ONCE = 500;

async function moveKeys(slot: number, from: ServerProcess, to: ServerProcess): Promise<void> {
  const { host, port } = to.address;
  for (;;) {
    const [keys] = await from.ask([['CLUSTER', 'GETKEYSINSLOT', String(slot), String(KEYS_AT_ONCE)]]);
    if (!Array.isArray(keys) || keys.length === 0) return;
    await from.ask([
      ['MIGRATE', host, String(port), '', '0', '5000', 'REPLACE', ...to.login, 'KEYS', ...keys.map(String)],
    ]);
  }
}

async function moveSlots({ from, to, slots }: Move, primaries: readonly ServerProcess[]): Promise<void> {
  const [fromId, toId] = [await from.tell('CLUSTER', 'MYID'), await to.tell('CLUSTER', 'MYID')];
  const each = (...words: readonly string[]): string[][] =>
    slots.map((slot) => ['CLUSTER', 'SETSLOT', String(slot), ...words]);
  await to.ask(each('IMPORTING', fromId));
  await from.ask(each('MIGRATING', toId));
  const counts = await from.ask(slots.map((slot) => ['CLUSTER', 'COUNTKEYSINSLOT', String(slot)]));
  for (const [index, slot] of slots.entries()) if (counts[index] !== 0) await moveKeys(slot, from, to);
  // The new owner hears it first, so that no slot is without one in between.
  for (const node of [to, from, ...primaries.filter((one) => one !== to && one !== from)]) {
    await node.ask(each('NODE', toId));
  }
}

/** The epoch of every primary, by its id, as this node sees them: whoever has the higher one is right about a slot. */
async function epochsSeenBy(node: ServerProcess): Promise<ReadonlyMap<string, number>> {
  const rows = (await node.tell('CLUSTER', 'NODES'))
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const primaries = rows.filter(([, , flags = '']) => flags.includes('master'));
  return new Map(primaries.map(([id = '', , , , , , epoch = '0']) => [id, Number(epoch)]));
}

/**
 * Gives a primary the highest epoch, and resolves when all know it.
 *
 * Without this, two primaries that take slots one after the other may choose the same epoch; the cluster then raises one
 * of them by chance, and what the other has just taken goes back, its keys lost.
 */
async function raise(node: ServerProcess, all: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  const id = await node.tell('CLUSTER', 'MYID');
  const agree = async (): Promise<boolean> => {
    const seen = await Promise.all(all.map(epochsSeenBy));
    const [first, ...others] = seen.map((epochs) =>
      JSON.stringify([...epochs].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    );
    const epochs = [...(seen[0] ?? new Map<string, number>()).values()];
    return new Set(epochs).size === epochs.length && others.every((one) => one === first);
  };
  await until('all nodes agree on the epochs', agree, waiting);
  await node.tell('CLUSTER', 'BUMPEPOCH');
  const isHighest = (epochs: ReadonlyMap<string, number>): boolean =>
    [...epochs].every(([other, epoch]) => other === id || epoch < (epochs.get(id) ?? 0));
  await until(
    'all nodes know who takes slots next',
    async () => (await Promise.all(all.map(epochsSeenBy))).every(isHighest),
    waiting,
  );
}

/** A replica that is to lead takes over with the primary's consent, so that nothing is lost. */
async function lead(shards: readonly LiveShard[], waiting: Waiting): Promise<void> {
  for (const node of primariesOf(shards)) {
    if (await isPrimary(node)) continue;
    await node.tell('CLUSTER', 'FAILOVER');
    await until('the new primary leads', () => isPrimary(node), waiting);
  }
}

async function forget(staying: readonly ServerProcess[], leaving: readonly ServerProcess[]): Promise<void> {
  const ids = await Promise.all(leaving.map((node) => node.tell('CLUSTER', 'MYID')));
  // Dead before they are forgotten: a node that lives would introduce itself again.
  await Promise.all(leaving.map((node) => node.stop()));
  for (const node of staying) {
    // Replicas have mostly heard it from their primary; a node that is unknown already is what was asked for.
    for (const id of ids) await node.tell('CLUSTER', 'FORGET', id).catch(() => {});
  }
}

/** Turns a cluster into one of other shards and nodes; nodes that are only in `before` are stopped. */
export async function changeCluster(
  before: readonly LiveShard[],
  after: readonly LiveShard[],
  waiting: Waiting,
): Promise<void> {
  const [known, wanted] = [nodesOf(before), nodesOf(after)];
  const joining = wanted.filter((node) => !known.includes(node));
  const leaving = known.filter((node) => !wanted.includes(node));
  const everybody = [...known, ...joining];
  if (joining.length > 0) await join(everybody, joining, waiting);
  const isNewReplica = (node: ServerProcess): boolean => after.some(({ nodes }) => nodes.indexOf(node) > 0);
  await follow(after, joining.filter(isNewReplica), waiting);
  const primaries = [...new Set([...primariesOf(before), ...primariesOf(after)])];
  await lead(after, waiting);
  await untilServing(everybody, waiting);
  for (const moves of Map.groupBy(movesBetween(before, after), ({ to }) => to).values()) {
    const [first] = moves;
    if (first) await raise(first.to, everybody, waiting);
    for (const move of moves) await moveSlots(move, primaries);
  }
  if (leaving.length > 0) await forget(wanted, leaving);
  await untilServing(wanted, waiting);
}

export function liveShard(id: string, slots: string, nodes: readonly ServerProcess[]): LiveShard {
  return { id, slots: slotRangeFrom(slots), nodes };
}
