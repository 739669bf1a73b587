import { type Clock, sleep } from '../../util/clock.ts';
import type { ServerProcess } from './server-process.ts';
import { SLOTS } from './slots.ts';
import type { LiveShard } from './live-shard.ts';

/** What nodes of a cluster say of it, and how to wait until they say it. */

export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 60_000;

export async function until(what: string, isSo: () => Promise<boolean>, { clock, signal }: Waiting): Promise<void> {
  const endMs = clock.monotonicMs() + PATIENCE_MS;
  while (!(await isSo())) {
    if (clock.monotonicMs() > endMs) throw new Error(`The servers did not come to this: ${what}`);
    await sleep(clock, LOOK_AGAIN_MS, signal);
  }
}

export async function allOf(
  nodes: readonly ServerProcess[],
  isSo: (node: ServerProcess) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(nodes.map(isSo))).every(Boolean);
}

/** The lines of `CLUSTER NODES`, each in its words. */
async function linesOf(node: ServerProcess): Promise<readonly (readonly string[])[]> {
  return (await node.tell('CLUSTER', 'NODES'))
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

/** True when the node knows `count` nodes, all of them by name. */
export async function knows(node: ServerProcess, count: number): Promise<boolean> {
  const lines = await linesOf(node);
  return lines.length >= count && lines.every(([, , flags = '']) => !flags.includes('handshake'));
}

/** The age of each node's claims by its id, as this node knows it: of two who claim a slot, the one with the higher epoch has it. */
export async function epochsSeenBy(node: ServerProcess): Promise<ReadonlyMap<string, number>> {
  return new Map((await linesOf(node)).map(([id = '', , , , , , epoch]) => [id, Number(epoch)]));
}

/** Waits until all nodes say the same of everybody's epoch. */
export async function untilEpochsAreKnown(nodes: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  const isKnown = async (): Promise<boolean> => {
    const views = await Promise.all(nodes.map(epochsSeenBy));
    return new Set(views.map((view) => [...view].map(String).sort().join(' '))).size === 1;
  };
  await until('all nodes know how new the claims of each other are', isKnown, waiting);
}

async function isServing(node: ServerProcess): Promise<boolean> {
  const info = await node.tell('CLUSTER', 'INFO');
  return info.includes('cluster_state:ok') && info.includes(`cluster_slots_assigned:${SLOTS}`);
}

export function untilServing(nodes: readonly ServerProcess[], waiting: Waiting): Promise<void> {
  return until('the cluster serves all slots', () => allOf(nodes, isServing), waiting);
}

/** Which node serves which slots, as this node knows it: `0-8191 17001`, by port. */
async function ownersSeenBy(node: ServerProcess): Promise<readonly string[]> {
  const [ranges] = await node.ask([['CLUSTER', 'SLOTS']]);
  const entries = Array.isArray(ranges) ? ranges : [];
  return entries.flatMap((entry) => {
    const [first, last, primary] = Array.isArray(entry) ? entry : [];
    const port = Array.isArray(primary) ? primary[1] : undefined;
    return [`${String(first)}-${String(last)} ${String(port)}`];
  });
}

/** Waits until every node would send clients to the right primary for every slot. */
export function untilOwnersAreKnown(
  nodes: readonly ServerProcess[],
  shards: readonly LiveShard[],
  waiting: Waiting,
): Promise<void> {
  const wanted = shards.map(({ slots, nodes: [primary] }) => `${slots.first}-${slots.last} ${primary?.address.port}`);
  const isKnown = async (node: ServerProcess): Promise<boolean> =>
    JSON.stringify((await ownersSeenBy(node)).toSorted()) === JSON.stringify(wanted.toSorted());
  return until('all nodes know who serves which slots', () => allOf(nodes, isKnown), waiting);
}
