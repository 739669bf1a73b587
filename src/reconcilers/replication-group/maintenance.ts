/**
 * What AWS does by itself, in words for people: maintenance in its window, nodes that it replaces, snapshots, minor upgrades,
 * and what it was asked to do later.
 */
import type { Member, ReplicationGroup } from '../../aws/index.ts';
import { pendingChanges } from './pending.ts';
import type { ProvideState } from './state.ts';

export const SNAPSHOT = 'ElastiCache takes a snapshot.';

/** Of a group that is `modifying`, and that we have not asked to. */
export function modifyingMessage(
  { isReady, memory }: Pick<ProvideState, 'isReady' | 'memory'>,
  group: ReplicationGroup,
): string {
  if (!isReady) return 'ElastiCache is updating.';
  const parts = [...pendingChanges(group, memory.members), ...memory.members.flatMap(busyText)];
  const what = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return `ElastiCache is updating by itself, as in its maintenance, or because somebody else asked it to${what}.`;
}

/** What a member does that not all of its group do. */
function busyText({ id, status }: Member): readonly string[] {
  return status === 'available' || status === 'modifying' ? [] : [`member ${id} is ${status}`];
}

/** What goes on, or will, in a group that is available; undefined when nothing does. */
export function ongoingIn(group: ReplicationGroup, members: readonly Member[]): string | undefined {
  const busy = group.nodeGroups.filter(({ status }) => status !== 'available');
  const pending = pendingChanges(group, members);
  const sentences = [
    ...busy.map(({ id, status }) => `Shard ${id} is ${status}.`),
    ...(pending.length === 0 ? [] : [`ElastiCache has accepted and not yet carried out: ${pending.join(', ')}.`]),
  ];
  return sentences.length === 0 ? undefined : sentences.join(' ');
}
