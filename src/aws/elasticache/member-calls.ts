/** Members ("cache clusters") on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import type { Listed } from '../batcher.ts';
import { readPages } from '../paging.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, PAGE_SIZE } from './context.ts';
import type { Member, MemberOperations } from './member.ts';

function memberFromSdk(cluster: Sdk.CacheCluster): Member {
  const group = cluster.CacheParameterGroup;
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
  };
}

/**
 * Reads the members of several groups. AWS has no filter by group, so all are read; a group without members answers with
 * an empty list, because there is no way to ask for it directly.
 */
export async function readMembers(
  aws: ElastiCacheRequester,
  groupIds: readonly string[],
): Promise<Listed<readonly Member[]>> {
  const { items, requests } = await readPages(async (Marker) => {
    const page = await aws.send('DescribeCacheClusters', { MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) });
    return { items: page.CacheClusters, next: page.Marker };
  });
  const byGroup = Map.groupBy(items.map(memberFromSdk), (member) => member.replicationGroupId);
  const sorted = (members: readonly Member[]): readonly Member[] =>
    members.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return { answers: new Map(groupIds.map((id) => [id, sorted(byGroup.get(id) ?? [])])), requests };
}

export function memberCalls({ call, shared }: ElastiCacheContext): MemberOperations {
  return { describeMembers: (replicationGroupId) => shared.members.ask(replicationGroupId, call) };
}
