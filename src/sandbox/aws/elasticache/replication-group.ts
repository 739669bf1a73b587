import type {
  AllowedNodeTypeModificationsMessage,
  DeleteReplicationGroupMessage,
  DeleteReplicationGroupResult,
  DescribeReplicationGroupsMessage,
  ListAllowedNodeTypeModificationsMessage,
  ReplicationGroupMessage,
} from '@aws-sdk/client-elasticache';
import type { RequestContext } from '../service.ts';
import { invalidCombination, invalidGroupState, replicationGroupNotFound } from './faults.ts';
import { groupView } from './group-view.ts';
import type { ElastiCacheState, GroupStatus, ReplicationGroup } from './model.ts';
import { folded } from './names.ts';
import { allowedNodeTypes } from './node-types.ts';
import { elastiCachePage } from './paging.ts';
import { elastiCacheSlot } from './state.ts';

export function replicationGroupBy(state: ElastiCacheState, id: string | undefined): ReplicationGroup {
  const group = state.replicationGroups.get(folded(id) ?? '');
  if (!group) throw replicationGroupNotFound(id ?? '');
  return group;
}

function describeReplicationGroups(
  input: DescribeReplicationGroupsMessage,
  { partition }: RequestContext,
): ReplicationGroupMessage {
  const state = partition.get(elastiCacheSlot);
  const { ReplicationGroupId: id } = input;
  const groups = id === undefined ? state.replicationGroups.values() : [replicationGroupBy(state, id)];
  const page = elastiCachePage(groups, input, (group) => group.id);
  return { ReplicationGroups: page.items.map(groupView), Marker: page.next };
}

const DELETABLE: readonly GroupStatus[] = ['available', 'create-failed'];

function deleteReplicationGroup(
  input: DeleteReplicationGroupMessage,
  { partition }: RequestContext,
): DeleteReplicationGroupResult {
  const group = replicationGroupBy(partition.get(elastiCacheSlot), input.ReplicationGroupId);
  if (!DELETABLE.includes(group.cycle.state)) {
    throw invalidGroupState(`Replication group ${group.id} is not in a valid state to be deleted.`);
  }
  if (input.RetainPrimaryCluster && input.FinalSnapshotIdentifier !== undefined) {
    throw invalidCombination('RetainPrimaryCluster and FinalSnapshotIdentifier cannot both be specified.');
  }
  group.cycle.enter('deleting');
  return { ReplicationGroup: groupView(group) };
}

function listAllowedNodeTypeModifications(
  input: ListAllowedNodeTypeModificationsMessage,
  { partition }: RequestContext,
): AllowedNodeTypeModificationsMessage {
  if (input.ReplicationGroupId === undefined) {
    throw invalidCombination('ReplicationGroupId must be specified; the sandbox has no clusters without one.');
  }
  const { settings } = replicationGroupBy(partition.get(elastiCacheSlot), input.ReplicationGroupId);
  const { up, down } = allowedNodeTypes(settings.nodeType);
  return { ScaleUpModifications: [...up], ScaleDownModifications: [...down] };
}

export const replicationGroupOperations = {
  DescribeReplicationGroups: describeReplicationGroups,
  DeleteReplicationGroup: deleteReplicationGroup,
  ListAllowedNodeTypeModifications: listAllowedNodeTypeModifications,
};
