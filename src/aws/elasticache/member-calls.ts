/** Members ("cache clusters") on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import type { Call } from '../../util/call.ts';
import type { BatchSource, Listed } from '../batcher.ts';
import { readPages } from '../paging.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, PAGE_SIZE } from './context.ts';
import type { Member, MemberOperations } from './member.ts';

function memberFromSdk(cluster: Sdk.CacheCluster): Member {
  const group = cluster.CacheParameterGroup;
  const pending = cluster.PendingModifiedValues;
  return {
    id: cluster.CacheClusterId ?? '',
    replicationGroupId: cluster.ReplicationGroupId,
    status: cluster.CacheClusterStatus ?? '',
    nodeType: cluster.CacheNodeType,
    engine: cluster.Engine,
    engineVersion: cluster.EngineVersion,
    parameterGroup: group && {
      name: group.CacheParameterGroupName ?? '',
      applyStatus: group.ParameterApplyStatus ?? '',
    },
    securityGroupIds: (cluster.SecurityGroups ?? []).flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []),
    subnetGroupName: cluster.CacheSubnetGroupName,
    maintenanceWindow: cluster.PreferredMaintenanceWindow,
    zone: cluster.PreferredAvailabilityZone,
    createTime: cluster.CacheClusterCreateTime,
    autoMinorVersionUpgrade: cluster.AutoMinorVersionUpgrade ?? false,
    pending: { engineVersion: pending?.EngineVersion, nodeType: pending?.CacheNodeType },
  };
}

/**
 * Reads the members of several groups. AWS has no filter by group, so all are read, and a group without members answers
 * with an empty list. Reading those that a group names, one by one, would take fewer requests where one group is asked
 * about in a large account; but a group no longer names who leaves it, and refuses changes until that one is gone.
 */
async function readMembers(aws: ElastiCacheRequester, groupIds: readonly string[]): Promise<Listed<readonly Member[]>> {
  const { items, requests } = await readPages(async (Marker) => {
    const page = await aws.send('DescribeCacheClusters', { MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) });
    return { items: page.CacheClusters, next: page.Marker };
  });
  const byGroup = Map.groupBy(items.map(memberFromSdk), (member) => member.replicationGroupId);
  const sorted = (members: readonly Member[]): readonly Member[] =>
    members.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return { answers: new Map(groupIds.map((id) => [id, sorted(byGroup.get(id) ?? [])])), requests };
}

export function membersSource(requesterOf: (call: Call) => ElastiCacheRequester): BatchSource<readonly Member[]> {
  return {
    service: 'elasticache',
    operation: 'DescribeCacheClusters',
    list: (groupIds, call) => readMembers(requesterOf(call), groupIds),
  };
}

export function memberCalls({ call, shared }: ElastiCacheContext): MemberOperations {
  return { describeMembers: (replicationGroupId) => shared.members.ask(replicationGroupId, call) };
}
