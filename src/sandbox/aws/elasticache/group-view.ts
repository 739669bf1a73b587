/** Replication groups and members as AWS shows them. */
import type {
  Endpoint,
  NodeGroup,
  NodeGroupMember,
  ReplicationGroup as WireGroup,
  ReplicationGroupPendingModifiedValues,
} from '@aws-sdk/client-elasticache';
import type { Address, Deployment } from './data-plane.ts';
import { membersOf } from './group-life.ts';
import type { Access, Member, PendingValues, ReplicationGroup, Shard } from './model.ts';
import { statusOf } from './state.ts';

export function endpoint(address: Address | undefined): Endpoint | undefined {
  return address && { Address: address.host, Port: address.port };
}

function isAuthTokenEnabled({ tokens }: Access): boolean {
  return tokens.some((token) => token !== undefined);
}

export const isClustered = ({ settings }: ReplicationGroup): boolean => settings.clusterMode !== 'disabled';

function userGroupsView({ userGroupIdsToAdd, userGroupIdsToRemove }: PendingValues) {
  if (!userGroupIdsToAdd && !userGroupIdsToRemove) return {};
  return {
    UserGroups: {
      UserGroupIdsToAdd: [...(userGroupIdsToAdd ?? [])],
      UserGroupIdsToRemove: [...(userGroupIdsToRemove ?? [])],
    },
  };
}

/** What runs and what waits for the window; the former is newer. */
export function pendingOf({ change, deferred }: ReplicationGroup): PendingValues {
  return { ...deferred?.change.pending, ...change?.pending };
}

function pendingView(group: ReplicationGroup): ReplicationGroupPendingModifiedValues {
  const pending = pendingOf(group);
  return {
    ...(pending.authTokenStatus && { AuthTokenStatus: pending.authTokenStatus }),
    ...(pending.isResharding && { Resharding: { SlotMigration: { ProgressPercentage: 0 } } }),
    ...(pending.automaticFailover && { AutomaticFailoverStatus: pending.automaticFailover }),
    ...(pending.transitEncryptionMode && { TransitEncryptionMode: pending.transitEncryptionMode }),
    ...(pending.clusterMode && { ClusterMode: pending.clusterMode }),
    ...userGroupsView(pending),
  };
}

function nodeGroupMember(member: Member, role: string, deployment: Deployment, clustered: boolean): NodeGroupMember {
  return {
    CacheClusterId: member.id,
    CacheNodeId: '0001',
    PreferredAvailabilityZone: member.zone,
    // With cluster mode on, clients learn roles and addresses from the cluster itself.
    ...(!clustered && { CurrentRole: role, ReadEndpoint: endpoint(deployment.nodes.get(member.id)) }),
  };
}

function nodeGroup(shard: Shard, group: ReplicationGroup, deployment: Deployment): NodeGroup {
  const clustered = isClustered(group);
  const members = shard.members.filter(({ cycle }) => cycle.state !== 'planned');
  return {
    NodeGroupId: shard.id,
    Status: statusOf(group) === 'available' ? 'available' : 'modifying',
    ...(clustered
      ? { Slots: shard.slots }
      : {
          PrimaryEndpoint: endpoint(deployment.primaries.get(shard.id)),
          ReaderEndpoint: endpoint(deployment.readers.get(shard.id)),
        }),
    NodeGroupMembers: members.map((member, index) =>
      nodeGroupMember(member, index === 0 ? 'primary' : 'replica', deployment, clustered),
    ),
  };
}

/** Node groups and endpoints: there are none before the group was available and after its deletion began. */
function addressesView(group: ReplicationGroup): Pick<WireGroup, 'NodeGroups' | 'ConfigurationEndpoint'> {
  const { deployment, cycle, shards } = group;
  if (!deployment || cycle.state === 'deleting') return {};
  const ready = shards.filter(({ members }) => members.some((member) => member.cycle.state !== 'planned'));
  return {
    NodeGroups: ready.map((shard) => nodeGroup(shard, group, deployment)),
    ...(deployment.configuration && { ConfigurationEndpoint: endpoint(deployment.configuration) }),
  };
}

/** Never the token itself. */
export function accessView({ settings }: ReplicationGroup) {
  const { access, transitEncryptionMode } = settings;
  return {
    AuthTokenEnabled: isAuthTokenEnabled(access),
    ...(access.tokenModifiedAt && { AuthTokenLastModifiedDate: access.tokenModifiedAt }),
    TransitEncryptionEnabled: transitEncryptionMode !== undefined,
    ...(transitEncryptionMode && { TransitEncryptionMode: transitEncryptionMode }),
  };
}

export function groupView(group: ReplicationGroup): WireGroup {
  const { settings } = group;
  return {
    ReplicationGroupId: group.id,
    ARN: group.arn,
    Description: settings.description,
    Status: statusOf(group),
    PendingModifiedValues: pendingView(group),
    MemberClusters: membersOf(group).map(({ id }) => id),
    ...addressesView(group),
    AutomaticFailover: settings.automaticFailover ? 'enabled' : 'disabled',
    MultiAZ: settings.multiAz ? 'enabled' : 'disabled',
    SnapshotRetentionLimit: settings.snapshotRetentionLimit,
    SnapshotWindow: settings.snapshotWindow,
    ClusterEnabled: isClustered(group),
    ClusterMode: settings.clusterMode,
    CacheNodeType: settings.nodeType,
    ...accessView(group),
    AtRestEncryptionEnabled: group.isEncryptedAtRest,
    ...(group.kmsKeyId && { KmsKeyId: group.kmsKeyId }),
    UserGroupIds: [...settings.access.userGroupIds],
    LogDeliveryConfigurations: [],
    ReplicationGroupCreateTime: group.createdAt,
    DataTiering: 'disabled',
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    NetworkType: 'ipv4',
    IpDiscovery: 'ipv4',
    Engine: group.engine,
  };
}
