/**
 * `ModifyReplicationGroup`: from a request to a change, or to a refusal.
 *
 * A request is cut into parts, one for each family of settings; a part is there only if the request changes something.
 * AWS carries out the families that replace or restart nodes one a call, and so does this: access, engine, node type,
 * encryption and cluster mode do not come together, and none of the others comes with access. Without
 * `ApplyImmediately` the parts that disturb clients wait for the maintenance window.
 */
import type { ModifyReplicationGroupMessage, ModifyReplicationGroupResult } from '@aws-sdk/client-elasticache';
import type { Partition, RequestContext } from '../service.ts';
import { invalidCombination, invalidGroupState } from './faults.ts';
import { deferChange, isModifiable, startChange, takeDeferred } from './group-life.ts';
import { groupView } from './group-view.ts';
import type { Change, GroupSettings, PendingValues, ReplicationGroup } from './model.ts';
import { replicationGroupBy } from './replication-group.ts';
import { elastiCacheSlot } from './state.ts';
import { type Family, type Part, type Question, PARTS } from './modification-parts.ts';

const ALONE: readonly Family[] = ['access', 'engineVersion', 'nodeType', 'encryption', 'clusterMode'];

/** *Throws* when a request changes what AWS changes one a call. */
function assertOneFamily(parts: readonly Part[]): void {
  const families = parts.map(({ family }) => family);
  const big = families.filter((family) => ALONE.includes(family));
  if (big.length <= 1 && !(big[0] === 'access' && families.length > 1)) return;
  throw invalidCombination(`These cannot be modified in one call: ${families.join(', ')}.`);
}

const WAITING: readonly Family[] = ['nodeType', 'engineVersion', 'encryption'];

function longestMs(parts: readonly Part[], partition: Partition): number {
  return Math.max(
    ...parts.map(({ family }) => partition.durationMs(`elasticache.replicationGroup.modifying.${family}`)),
  );
}

function changeFrom(parts: readonly Part[], { id }: ReplicationGroup): Change {
  return {
    settings: parts.reduce<Partial<GroupSettings>>((all, { settings }) => ({ ...all, ...settings }), {}),
    pending: parts.reduce<PendingValues>((all, { pending }) => ({ ...all, ...pending }), {}),
    reshape: undefined,
    event: `Replication group ${id} modified: ${parts.map(({ family }) => family).join(', ')}`,
  };
}

/** User groups are `modifying` while a replication group takes them or lets them go. */
function holdUserGroups(parts: readonly Part[], { state, partition }: Question): void {
  const access = parts.find(({ family }) => family === 'access');
  const { userGroupIdsToAdd = [], userGroupIdsToRemove = [] } = access?.pending ?? {};
  const lastsMs = longestMs(parts, partition);
  for (const id of [...userGroupIdsToAdd, ...userGroupIdsToRemove]) {
    state.userGroups.get(id)?.cycle.enter('modifying', lastsMs);
  }
}

/** *Throws* `InvalidReplicationGroupState` unless the group and its members are all available. */
export function assertModifiable(group: ReplicationGroup): void {
  if (isModifiable(group)) return;
  throw invalidGroupState(`Replication group ${group.id} or one of its members is not in the available state.`);
}

export function noModifications(): never {
  throw invalidCombination('No modifications were requested');
}

function begin(parts: readonly Part[], question: Question): void {
  const { input, group, partition } = question;
  const isNow = input.ApplyImmediately ?? false;
  const now = parts.filter(({ family }) => isNow || !WAITING.includes(family));
  const later = parts.filter((one) => !now.includes(one));
  if (!isNow && now.some(({ family }) => family === 'access') && input.AuthToken !== undefined) {
    throw invalidCombination('A change of the AuthToken needs ApplyImmediately.');
  }
  if (later.length > 0) deferChange(group, changeFrom(later, group), longestMs(later, partition), partition);
  if (now.length === 0) return;
  holdUserGroups(now, question);
  startChange(group, changeFrom(now, group), longestMs(now, partition));
}

/** `ApplyImmediately` alone brings on what waits for the window. */
function beginDeferred({ input, group, partition }: Question): void {
  const deferred = input.ApplyImmediately ? takeDeferred(group) : undefined;
  if (!deferred) noModifications();
  const lastsMs = partition.durationMs('elasticache.replicationGroup.modifying.engineVersion');
  startChange(group, deferred, lastsMs);
}

function modifyReplicationGroup(
  input: ModifyReplicationGroupMessage,
  { partition }: RequestContext,
): ModifyReplicationGroupResult {
  const state = partition.get(elastiCacheSlot);
  const group = replicationGroupBy(state, input.ReplicationGroupId);
  assertModifiable(group);
  const question = { input, group, partition, state };
  const parts = PARTS.map((partOf) => partOf(question)).filter((one) => one !== undefined);
  assertOneFamily(parts);
  if (parts.length > 0) begin(parts, question);
  else beginDeferred(question);
  return { ReplicationGroup: groupView(group) };
}

export const modificationOperations = { ModifyReplicationGroup: modifyReplicationGroup };
