import type { CacheCluster, CacheNode, PendingModifiedValues } from '@aws-sdk/client-elasticache';
import type { Partition } from '../service.ts';
import { accessView, endpoint, pendingOf } from './group-view.ts';
import type { Member, ReplicationGroup } from './model.ts';
import { elastiCacheSlot, statusOf } from './state.ts';

const MEMBER_STATUS = {
  planned: 'creating',
  creating: 'creating',
  leaving: 'deleting',
  deleting: 'deleting',
  gone: 'deleting',
} as const;

function memberStatus(member: Member, group: ReplicationGroup): string {
  const own = member.cycle.state;
  if (own !== 'available') return group.cycle.state === 'deleting' ? 'deleting' : MEMBER_STATUS[own];
  // A cache cluster knows no `create-failed`; its group does.
  return statusOf(group) === 'create-failed' ? 'deleting' : statusOf(group);
}

function parameterApplyStatus({ settings }: ReplicationGroup, partition: Partition): string {
  const parameters = partition.get(elastiCacheSlot).parameterGroups.get(settings.parameterGroupName);
  const sinceMs = partition.clock.now() - (parameters?.changedAtMs ?? 0);
  return sinceMs < partition.durationMs('elasticache.parameters.applying') ? 'applying' : 'in-sync';
}

function memberPending(group: ReplicationGroup): PendingModifiedValues {
  const { nodeType, engineVersion, authTokenStatus, transitEncryptionMode } = pendingOf(group);
  return {
    ...(nodeType && { CacheNodeType: nodeType }),
    ...(engineVersion && { EngineVersion: engineVersion }),
    ...(authTokenStatus && { AuthTokenStatus: authTokenStatus }),
    ...(transitEncryptionMode && { TransitEncryptionMode: transitEncryptionMode }),
  };
}

function cacheNode(member: Member, group: ReplicationGroup, applyStatus: string): CacheNode {
  return {
    CacheNodeId: '0001',
    CacheNodeStatus: memberStatus(member, group),
    CacheNodeCreateTime: member.createdAt,
    Endpoint: endpoint(group.deployment?.nodes.get(member.id)),
    ParameterGroupStatus: applyStatus,
    CustomerAvailabilityZone: member.zone,
  };
}

export function memberView(
  member: Member,
  group: ReplicationGroup,
  partition: Partition,
  showsNodes: boolean,
): CacheCluster {
  const { settings } = group;
  const applyStatus = parameterApplyStatus(group, partition);
  const hasNode = member.cycle.state !== 'planned';
  return {
    CacheClusterId: member.id,
    ARN: member.arn,
    ReplicationGroupId: group.id,
    CacheClusterStatus: memberStatus(member, group),
    CacheClusterCreateTime: member.createdAt,
    CacheNodeType: settings.nodeType,
    Engine: group.engine,
    EngineVersion: settings.engineVersion,
    NumCacheNodes: 1,
    PreferredAvailabilityZone: member.zone,
    PreferredMaintenanceWindow: settings.maintenanceWindow,
    PendingModifiedValues: memberPending(group),
    CacheSecurityGroups: [],
    SecurityGroups: settings.securityGroupIds.map((id) => ({ SecurityGroupId: id, Status: 'active' })),
    CacheParameterGroup: {
      CacheParameterGroupName: settings.parameterGroupName,
      ParameterApplyStatus: applyStatus,
      CacheNodeIdsToReboot: [],
    },
    CacheSubnetGroupName: group.subnetGroupName,
    ...(showsNodes && { CacheNodes: hasNode ? [cacheNode(member, group, applyStatus)] : [] }),
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    SnapshotRetentionLimit: settings.snapshotRetentionLimit,
    SnapshotWindow: settings.snapshotWindow,
    ...accessView(group),
    AtRestEncryptionEnabled: group.isEncryptedAtRest,
    ReplicationGroupLogDeliveryEnabled: false,
    LogDeliveryConfigurations: [],
    NetworkType: 'ipv4',
    IpDiscovery: 'ipv4',
  };
}
