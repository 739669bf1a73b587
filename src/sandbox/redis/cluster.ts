/**
 * Servers become a group: with cluster mode a Redis Cluster, without it a primary with replicas.
 *
 * Replicas and shards come and go while the cluster serves (`reshard.ts`). Other primaries are a cluster made anew from the
 * same servers: keys are taken out, nodes forget each other, form the new cluster, and keys go back in. That is seconds in
 * which clients are refused.
 */
import { allOf, epochsSeenBy, knows, until, untilOwnersAreKnown, untilServing, type Waiting } from './cluster-view.ts';
import type { LiveShard } from './live-shard.ts';
import { moveSlots } from './reshard.ts';
import { clear, restore, saved } from './saved-keys.ts';
import type { ServerProcess } from './server-process.ts';
import { type SlotMove, slotMoves } from './slot-moves.ts';
import { slotsIn } from './slots.ts';

async function isLinked(replica: ServerProcess): Promise<boolean> {
  return (await replica.tell('INFO', 'replication')).includes('master_link_status:up');
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

const nodesOf = (shards: readonly LiveShard[]): ServerProcess[] => shards.flatMap(({ nodes }) => nodes);

const MEET_AGAIN_MS = 2000;

/** Introduces nodes to each other. On a busy machine a handshake may take too long and is then forgotten, so they meet again. */
async function join(all: readonly ServerProcess[], joining: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  const [first] = all;
  const { clock } = waiting;
  let meetAtMs = clock.monotonicMs();
  const haveMet = async (): Promise<boolean> => {
    if (await allOf(all, (node) => knows(node, all.length))) return true;
    if (clock.monotonicMs() < meetAtMs) return false;
    meetAtMs = clock.monotonicMs() + MEET_AGAIN_MS;
    for (const { address } of joining) await first?.tell('CLUSTER', 'MEET', address.host, String(address.port));
    return false;
  };
  await until('all nodes know each other', haveMet, waiting);
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
    await nodes[0]?.tell('CLUSTER', 'ADDSLOTS', ...slotsIn(slots));
  }
  await join(nodes, nodes.slice(1), waiting);
  await follow(
    shards,
    shards.flatMap(({ nodes }) => nodes.slice(1)),
    waiting,
  );
  await untilServing(nodes, waiting);
}

/** Servers that run become a cluster of other shards; keys go where their slots are then. */
async function rebuild(before: readonly LiveShard[], after: readonly LiveShard[], waiting: Waiting): Promise<void> {
  const [known, wanted] = [nodesOf(before), nodesOf(after)];
  const keys = (await Promise.all(known.map(saved))).flat();
  await Promise.all(known.filter((node) => !wanted.includes(node)).map((node) => node.stop()));
  for (const node of wanted) await clear(node);
  await formCluster(after, waiting);
  await restore(keys, after);
}

/** Dead before they are forgotten: a node that lives would introduce itself again. */
async function forget(staying: readonly ServerProcess[], leaving: readonly ServerProcess[]): Promise<void> {
  const ids = await Promise.all(leaving.map((node) => node.tell('CLUSTER', 'MYID')));
  await Promise.all(leaving.map((node) => node.stop()));
  for (const node of staying) for (const id of ids) await node.tell('CLUSTER', 'FORGET', id);
}

/**
 * Nodes that join claim later than all who are there: their epochs are those by which they will hold what they receive.
 * Of their own, too, which spares them the time to settle who is newer.
 */
async function giveEpochs(known: readonly ServerProcess[], joining: readonly ServerProcess[]): Promise<void> {
  const epochs = await Promise.all(known.map(epochsSeenBy));
  const newest = Math.max(...epochs.flatMap((seen) => [...seen.values()]));
  for (const [index, node] of joining.entries()) {
    await node.tell('CLUSTER', 'SET-CONFIG-EPOCH', String(newest + index + 1));
  }
}

const primariesOf = (shards: readonly LiveShard[]): Map<string, ServerProcess> =>
  new Map(shards.flatMap(({ id, nodes: [primary] }) => (primary ? [[id, primary] as const] : [])));

/** Nodes come, slots move, nodes go, and the cluster serves meanwhile. */
async function change(
  before: readonly LiveShard[],
  after: readonly LiveShard[],
  moves: readonly SlotMove[],
  waiting: Waiting,
): Promise<void> {
  const [known, wanted] = [nodesOf(before), nodesOf(after)];
  const joining = wanted.filter((node) => !known.includes(node));
  const leaving = known.filter((node) => !wanted.includes(node));
  const primaries = new Map([...primariesOf(before), ...primariesOf(after)]);
  if (joining.length > 0) {
    await giveEpochs(known, joining);
    await join([...known, ...joining], joining, waiting);
  }
  const isPrimary = new Set(primaries.values());
  await follow(
    after,
    joining.filter((node) => !isPrimary.has(node)),
    waiting,
  );
  if (moves.length > 0) {
    const all = [...known, ...joining];
    // Nodes that have just come refuse everybody until they have heard of most primaries for a while.
    await untilServing(all, waiting);
    await moveSlots(moves, primaries, all, waiting);
    await untilOwnersAreKnown(all, after, waiting);
  }
  if (leaving.length > 0) await forget(wanted, leaving);
}

/** Undefined when it takes more than moving slots: other primaries, or shards that change places. */
function movesTo(before: readonly LiveShard[], after: readonly LiveShard[]): readonly SlotMove[] | undefined {
  const primaries = primariesOf(before);
  const hasOthers = [...primariesOf(after)].some(([id, primary]) => (primaries.get(id) ?? primary) !== primary);
  return hasOthers ? undefined : slotMoves(before, after);
}

/** Turns a cluster into one of other shards and nodes; nodes that are only in `before` are stopped. */
export async function changeCluster(
  before: readonly LiveShard[],
  after: readonly LiveShard[],
  waiting: Waiting,
): Promise<void> {
  const moves = movesTo(before, after);
  await (moves ? change(before, after, moves, waiting) : rebuild(before, after, waiting));
  await untilServing(nodesOf(after), waiting);
}
