/**
 * Servers become a group: with cluster mode a Redis Cluster, without it a primary with replicas.
 *
 * Replicas come and go while the cluster serves. Other shards, or other primaries, are a cluster made anew from the same
 * servers: keys are taken out, nodes forget each other, form the new cluster, and keys go back in. That is seconds in
 * which clients are refused, where AWS moves slot by slot and refuses nobody. It is deliberate: slots that move between
 * nodes which gossip about them at the same time get lost now and then (Redis 7.0), and a sandbox with few keys had
 * better be right.
 */
import { type Clock, sleep } from '../../util/clock.ts';
import type { ServerProcess } from './server-process.ts';
import { SLOTS, type SlotRange } from './slots.ts';
import { saved, restore, clear } from './saved-keys.ts';
import type { LiveShard } from './live-shard.ts';

export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 60_000;

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

/** True when the node knows `count` nodes, all of them by name. */
async function knows(node: ServerProcess, count: number): Promise<boolean> {
  const lines = (await node.tell('CLUSTER', 'NODES')).trim().split('\n');
  return lines.length >= count && lines.every((line) => !line.includes('handshake'));
}

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

async function changeReplicas(
  before: readonly LiveShard[],
  after: readonly LiveShard[],
  waiting: Waiting,
): Promise<void> {
  const [known, wanted] = [nodesOf(before), nodesOf(after)];
  const joining = wanted.filter((node) => !known.includes(node));
  const leaving = known.filter((node) => !wanted.includes(node));
  if (joining.length > 0) await join([...known, ...joining], joining, waiting);
  await follow(after, joining, waiting);
  if (leaving.length > 0) await forget(wanted, leaving);
}

const outlineOf = (shards: readonly LiveShard[]): string =>
  JSON.stringify(shards.map(({ id, slots, nodes }) => [id, slots, nodes[0]?.id]));

/** Turns a cluster into one of other shards and nodes; nodes that are only in `before` are stopped. */
export async function changeCluster(
  before: readonly LiveShard[],
  after: readonly LiveShard[],
  waiting: Waiting,
): Promise<void> {
  if (outlineOf(before) === outlineOf(after)) await changeReplicas(before, after, waiting);
  else await rebuild(before, after, waiting);
  await untilServing(nodesOf(after), waiting);
}
