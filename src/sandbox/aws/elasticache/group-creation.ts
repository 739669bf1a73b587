/** What a call to create a replication group must be, and the group that it makes. */
import type {
  ClusterMode,
  CreateReplicationGroupMessage,
  CreateReplicationGroupResult,
  NodeGroupConfiguration,
  TransitEncryptionMode,
} from '@aws-sdk/client-elasticache';
import { ec2Slot } from '../ec2/state.ts';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { assertUserGroupsFit, attachableUserGroup, OPEN, tokenFrom } from './access.ts';
import { engineVersionFrom, majorOf, type EngineVersion } from './engine-versions.ts';
import { assertWithin, invalidCombination, invalidValue } from './faults.ts';
import { groupCycle, membersOf, spreadSlots, type Surroundings } from './group-life.ts';
import { groupView } from './group-view.ts';
import { maintenanceWindowFrom, snapshotWindowFrom } from './maintenance-window.ts';
import { createMember, placementOf, shardIdOf, type Placement } from './members.ts';
import type { Access, ElastiCacheState, GroupSettings, ParameterGroup, ReplicationGroup, Shard } from './model.ts';
import { folded, identifierFrom } from './names.ts';
import { nodeTypeFrom } from './node-types.ts';
import { effectiveValue, parameterGroupBy } from './parameter-group.ts';
import { cacheArn, elastiCacheSlot } from './state.ts';
import { subnetGroupFor, subnetsOf } from './subnet-group.ts';
import { tagsFrom } from './tags.ts';

const LONGEST_ID = 40;
const DEFAULT_PORT = 6379;
const MOST_REPLICAS = 5;
const DEFAULT_WINDOW = 'tue:03:00-tue:04:00';
const DEFAULT_SNAPSHOT_WINDOW = '05:00-06:00';

interface ShardPlan {
  readonly id: string;
  readonly zones: readonly (string | undefined)[];
}

function assertReplicas(count: number): void {
  if (count >= 0 && count <= MOST_REPLICAS) return;
  throw invalidValue(`The number of replicas must be between 0 and ${MOST_REPLICAS}, not ${count}.`);
}

function zonesOfConfiguration(one: NodeGroupConfiguration, replicas: number): readonly (string | undefined)[] {
  const count = one.ReplicaCount ?? replicas;
  assertReplicas(count);
  return Array.from({ length: count + 1 }, (_, index) =>
    index === 0 ? one.PrimaryAvailabilityZone : one.ReplicaAvailabilityZones?.[index - 1],
  );
}

/** How many shards with how many members, in which zones. */
function shardPlans(input: CreateReplicationGroupMessage): readonly ShardPlan[] {
  const { NumNodeGroups, NumCacheClusters, ReplicasPerNodeGroup, NodeGroupConfiguration: configured } = input;
  if (NumCacheClusters !== undefined && (NumNodeGroups ?? ReplicasPerNodeGroup) !== undefined) {
    throw invalidCombination('NumCacheClusters cannot be used with NumNodeGroups or ReplicasPerNodeGroup.');
  }
  const count = NumNodeGroups ?? configured?.length ?? 1;
  const replicas = ReplicasPerNodeGroup ?? (NumCacheClusters ?? 1) - 1;
  assertReplicas(replicas);
  if (count < 1) throw invalidValue('NumNodeGroups must be at least 1.');
  if (configured && configured.length !== count) {
    throw invalidCombination('NumNodeGroups and the number of NodeGroupConfigurations differ.');
  }
  const wished = count === 1 ? input.PreferredCacheClusterAZs : undefined;
  return Array.from({ length: count }, (_, index) => {
    const configuration = configured?.[index] ?? {};
    const zones = zonesOfConfiguration(configuration, replicas);
    return {
      id: configuration.NodeGroupId ?? shardIdOf(index + 1),
      zones: zones.map((zone, place) => zone ?? wished?.[place]),
    };
  });
}

interface Mode {
  readonly clusterMode: ClusterMode;
  readonly parameters: ParameterGroup;
}

/** The mode follows the parameter group; where both are named they must agree. */
function modeFrom(
  input: CreateReplicationGroupMessage,
  version: EngineVersion,
  shards: number,
  state: ElastiCacheState,
): Mode {
  const asked = input.ClusterMode ?? (shards > 1 ? 'enabled' : undefined);
  const byMode = `default.${version.family}${asked === undefined || asked === 'disabled' ? '' : '.cluster.on'}`;
  const parameters = parameterGroupBy(state, input.CacheParameterGroupName ?? byMode);
  assertFamily(parameters, version);
  const isOn = effectiveValue(parameters, 'cluster-enabled') === 'yes';
  const clusterMode = asked ?? (isOn ? 'enabled' : 'disabled');
  if ((clusterMode !== 'disabled') !== isOn) {
    throw invalidCombination(
      `The parameter group ${parameters.name} has cluster-enabled ${isOn ? 'yes' : 'no'}, which does not fit the ` +
        `cluster mode ${clusterMode}${shards > 1 ? ` of ${shards} node groups` : ''}.`,
    );
  }
  if (clusterMode !== 'enabled' && shards > 1) {
    throw invalidCombination('More than one node group needs cluster mode enabled.');
  }
  return { clusterMode, parameters };
}

/** *Throws* when a parameter group is not of the family of the engine version. */
export function assertFamily({ family }: ParameterGroup, version: EngineVersion): void {
  if (family === version.family) return;
  throw invalidCombination(`Expected a parameter group of family ${version.family} but found one of family ${family}`);
}

/** *Throws* when failover or several zones are asked of a group that has nothing to fail over to. */
export function assertFailover(
  { automaticFailover, multiAz, clusterMode }: Pick<GroupSettings, 'automaticFailover' | 'multiAz' | 'clusterMode'>,
  fewestMembers: number,
): void {
  if (clusterMode === 'enabled' && !automaticFailover) {
    throw invalidCombination('Redis with cluster mode enabled cannot be created with auto failover turned off.');
  }
  if (clusterMode !== 'enabled' && automaticFailover && fewestMembers < 2) {
    throw invalidCombination('Automatic failover needs at least one replica.');
  }
  if (multiAz && (!automaticFailover || fewestMembers < 2)) {
    throw invalidCombination('Multi-AZ needs automatic failover and at least one replica in each node group.');
  }
}

function encryptionFrom(input: CreateReplicationGroupMessage): TransitEncryptionMode | undefined {
  if (!input.TransitEncryptionEnabled) {
    if (input.AuthToken !== undefined) {
      throw invalidCombination('AuthToken can be specified only when TransitEncryptionEnabled is true.');
    }
    return undefined;
  }
  return input.TransitEncryptionMode ?? 'required';
}

function accessFrom(
  input: CreateReplicationGroupMessage,
  version: EngineVersion,
  isEncrypted: boolean,
  { partition }: Surroundings,
): Access {
  const userGroupIds = (input.UserGroupIds ?? []).map((id) => id.toLowerCase());
  if (input.AuthToken !== undefined && userGroupIds.length > 0) {
    throw invalidCombination('AuthToken and UserGroupIds cannot both be specified.');
  }
  assertUserGroupsFit(userGroupIds.length, { engineVersion: version.version, isEncrypted });
  for (const id of userGroupIds) attachableUserGroup(partition.get(elastiCacheSlot), id);
  if (userGroupIds.length > 0) return { tokens: [], userGroupIds, tokenModifiedAt: undefined };
  if (input.AuthToken === undefined) return OPEN;
  return { ...OPEN, tokens: [tokenFrom(input.AuthToken)], tokenModifiedAt: new Date(partition.wallClock.now()) };
}

/** *Throws* for security groups that do not exist or belong to another VPC; without any it is the VPC's default one. */
export function securityGroupIdsFrom(
  asked: readonly string[] | undefined,
  vpcId: string,
  partition: Partition,
): readonly string[] {
  const { securityGroups } = partition.get(ec2Slot);
  const ofVpc = [...securityGroups.values()].filter((group) => group.vpcId === vpcId);
  if (!asked?.length) return ofVpc.filter(({ name }) => name === 'default').map(({ id }) => id);
  const wrong = asked.find((id) => !ofVpc.some((group) => group.id === id));
  if (wrong === undefined) return asked;
  throw invalidValue(`Some security group Ids are invalid for the VPC ${vpcId}: [${wrong}].`);
}

/** *Throws* one of the node quota faults, or that AWS has no machine left. */
export function assertNodesFit(addedNodes: number, nodesOfGroup: number, shards: number, partition: Partition): void {
  const { replicationGroups } = partition.get(elastiCacheSlot);
  const running = [...replicationGroups.values()].flatMap(membersOf).length;
  const check = (count: number, quota: string, code: string, message: string): void =>
    assertWithin(count, partition.quota(`elasticache.${quota}`), code, message);
  check(shards, 'nodeGroupsPerGroup', 'NodeGroupsPerReplicationGroupQuotaExceeded', 'Too many node groups');
  check(nodesOfGroup, 'nodesPerCluster', 'NodeQuotaForClusterExceeded', 'Too many nodes in a cluster');
  check(running + addedNodes, 'nodesPerRegion', 'NodeQuotaForCustomerExceeded', 'Too many nodes in the region');
  check(
    running + addedNodes,
    'capacity',
    'InsufficientCacheClusterCapacity',
    'The requested cache node type is not available in the specified Availability Zones',
  );
}

function settingsFrom(
  input: CreateReplicationGroupMessage,
  plans: readonly ShardPlan[],
  vpcId: string,
  surroundings: Surroundings,
): GroupSettings {
  const { partition } = surroundings;
  const version = engineVersionFrom(input.EngineVersion);
  const { clusterMode, parameters } = modeFrom(input, version, plans.length, partition.get(elastiCacheSlot));
  const transitEncryptionMode = encryptionFrom(input);
  const settings: GroupSettings = {
    description: input.ReplicationGroupDescription ?? '',
    nodeType: nodeTypeFrom(input.CacheNodeType ?? ''),
    engineVersion: version.version,
    parameterGroupName: parameters.name,
    securityGroupIds: securityGroupIdsFrom(input.SecurityGroupIds, vpcId, partition),
    maintenanceWindow: maintenanceWindowFrom(input.PreferredMaintenanceWindow ?? DEFAULT_WINDOW),
    // Before Redis 6 the flag is taken and means nothing.
    autoMinorVersionUpgrade: majorOf(version.version) >= 6 && (input.AutoMinorVersionUpgrade ?? true),
    automaticFailover: input.AutomaticFailoverEnabled ?? false,
    multiAz: input.MultiAZEnabled ?? false,
    snapshotWindow: snapshotWindowFrom(input.SnapshotWindow ?? DEFAULT_SNAPSHOT_WINDOW),
    snapshotRetentionLimit: input.SnapshotRetentionLimit ?? 0,
    notificationTopicArn: input.NotificationTopicArn,
    transitEncryptionMode,
    clusterMode,
    access: accessFrom(input, version, transitEncryptionMode !== undefined, surroundings),
  };
  assertFailover(settings, Math.min(...plans.map(({ zones }) => zones.length)));
  return settings;
}

function shardsFrom(plans: readonly ShardPlan[], placement: Placement, partition: Partition): readonly Shard[] {
  const shards = plans.map((plan, shardIndex) => ({
    id: plan.id,
    slots: '',
    members: plan.zones.map((zone, index) =>
      createMember({ shardId: plan.id, number: index + 1, turn: shardIndex + index, zone }, placement, partition),
    ),
  }));
  spreadSlots(shards);
  return shards;
}

/** True for the first creations of a partition, as many as the world wants to fail. */
function isToFail(state: ElastiCacheState, partition: Partition): boolean {
  if (state.failedCreations >= partition.quota('elasticache.failingCreations')) return false;
  state.failedCreations++;
  return true;
}

function assertRedis({ Engine }: CreateReplicationGroupMessage): void {
  if (Engine === undefined || folded(Engine) === 'redis') return;
  throw invalidValue(`The sandbox runs replication groups of the engine redis only, not ${Engine}.`);
}

function newId(input: CreateReplicationGroupMessage, state: ElastiCacheState): string {
  const id = identifierFrom('ReplicationGroupId', input.ReplicationGroupId, LONGEST_ID);
  if (!state.replicationGroups.has(id)) return id;
  throw new AwsFault('ReplicationGroupAlreadyExists', `Replication group ${id} already exists.`);
}

function create(input: CreateReplicationGroupMessage, surroundings: Surroundings): ReplicationGroup {
  const { partition } = surroundings;
  const state = partition.get(elastiCacheSlot);
  const id = newId(input, state);
  assertRedis(input);
  const plans = shardPlans(input);
  const subnetGroup = subnetGroupFor(input.CacheSubnetGroupName, partition);
  const settings = settingsFrom(input, plans, subnetGroup.vpcId, surroundings);
  const tags = tagsFrom(input.Tags);
  const nodes = plans.reduce((sum, { zones }) => sum + zones.length, 0);
  assertNodesFit(nodes, nodes, plans.length, partition);
  const group: ReplicationGroup = {
    id,
    arn: cacheArn(partition, 'replicationgroup', id),
    engine: 'redis',
    createdAt: new Date(partition.wallClock.now()),
    port: input.Port ?? DEFAULT_PORT,
    isEncryptedAtRest: input.AtRestEncryptionEnabled ?? false,
    kmsKeyId: input.KmsKeyId,
    subnetGroupName: subnetGroup.name,
    tags,
    cycle: groupCycle(() => group, isToFail(state, partition), surroundings),
    settings,
    shards: [],
    leaving: [],
    change: undefined,
    deferred: undefined,
    deployment: undefined,
  };
  group.shards = shardsFrom(plans, placementOf(group, subnetsOf(subnetGroup, partition)), partition);
  state.replicationGroups.set(id, group);
  return group;
}

export function createReplicationGroup(dataPlane: Surroundings['dataPlane']) {
  return (input: CreateReplicationGroupMessage, { partition }: RequestContext): CreateReplicationGroupResult => ({
    ReplicationGroup: groupView(create(input, { partition, dataPlane })),
  });
}
