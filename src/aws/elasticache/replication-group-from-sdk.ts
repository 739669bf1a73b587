import type * as Sdk from '@aws-sdk/client-elasticache';
import type { Endpoint, NodeGroup, NodeGroupMember, PendingChanges, ReplicationGroup } from './replication-group.ts';

function endpointFromSdk(endpoint: Sdk.Endpoint | undefined): Endpoint | undefined {
  if (endpoint?.Address === undefined || endpoint.Port === undefined) return undefined;
  return { host: endpoint.Address, port: endpoint.Port };
}

function roleFromSdk(role: string | undefined): NodeGroupMember['role'] {
  return role === 'primary' || role === 'replica' ? role : undefined;
}

function nodeGroupFromSdk(group: Sdk.NodeGroup): NodeGroup {
  const members = (group.NodeGroupMembers ?? []).map((member) => ({
    memberId: member.CacheClusterId ?? '',
    role: roleFromSdk(member.CurrentRole),
    zone: member.PreferredAvailabilityZone,
  }));
  return {
    id: group.NodeGroupId ?? '',
    status: group.Status ?? '',
    primaryEndpoint: endpointFromSdk(group.PrimaryEndpoint),
    readerEndpoint: endpointFromSdk(group.ReaderEndpoint),
    members: members.sort((left, right) => compareText(left.memberId, right.memberId)),
    slots: group.Slots,
  };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function pendingFromSdk(pending: Sdk.ReplicationGroupPendingModifiedValues | undefined): PendingChanges {
  const tokens = { SETTING: 'setting', ROTATING: 'rotating' } as const;
  const slots = pending?.Resharding?.SlotMigration?.ProgressPercentage;
  return {
    primaryMemberId: pending?.PrimaryClusterId,
    automaticFailover: pending?.AutomaticFailoverStatus,
    authToken: pending?.AuthTokenStatus && tokens[pending.AuthTokenStatus],
    userGroupIdsToAdd: pending?.UserGroups?.UserGroupIdsToAdd ?? [],
    userGroupIdsToRemove: pending?.UserGroups?.UserGroupIdsToRemove ?? [],
    reshardingPercent: slots,
    transitEncryption: pending?.TransitEncryptionEnabled,
  };
}

/** Puts lists into the order of their ids, since AWS gives them in any. */
export function replicationGroupFromSdk(group: Sdk.ReplicationGroup): ReplicationGroup {
  const nodeGroups = (group.NodeGroups ?? []).map(nodeGroupFromSdk);
  return {
    id: group.ReplicationGroupId ?? '',
    arn: group.ARN ?? '',
    status: group.Status ?? '',
    description: group.Description ?? '',
    createTime: group.ReplicationGroupCreateTime,
    engine: group.Engine,
    clusterMode: group.ClusterEnabled ?? group.ClusterMode === 'enabled',
    nodeType: group.CacheNodeType,
    nodeGroups: nodeGroups.sort((left, right) => compareText(left.id, right.id)),
    memberIds: [...(group.MemberClusters ?? [])].sort(compareText),
    configurationEndpoint: endpointFromSdk(group.ConfigurationEndpoint),
    authTokenEnabled: group.AuthTokenEnabled ?? false,
    authTokenLastModified: group.AuthTokenLastModifiedDate,
    userGroupIds: group.UserGroupIds ?? [],
    autoMinorVersionUpgrade: group.AutoMinorVersionUpgrade ?? false,
    automaticFailover: group.AutomaticFailover ?? 'disabled',
    multiAz: group.MultiAZ === 'enabled',
    transitEncryption: group.TransitEncryptionEnabled ?? false,
    atRestEncryption: group.AtRestEncryptionEnabled ?? false,
    pending: pendingFromSdk(group.PendingModifiedValues),
  };
}
