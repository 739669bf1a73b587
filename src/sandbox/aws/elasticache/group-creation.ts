/** What a call to create a replication group must be, and the group that it makes. */
import type {
  ClusterMode,
  CreateReplicationGroupMessage,
  CreateReplicationGroupResult,
  TransitEncryptionMode,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { assertUserGroupsFit, attachableUserGroup, OPEN, tokenFrom } from './access.ts';
import { engineVersionFrom, majorOf, type EngineVersion } from './engine-versions.ts';
import { invalidCombination, invalidValue } from './faults.ts';
import { groupCycle, spreadSlots, type Surroundings } from './group-life.ts';
import { groupView } from './group-view.ts';
import { maintenanceWindowFrom, snapshotWindowFrom } from './maintenance-window.ts';
import { createMember, placementOf, type Placement } from './members.ts';
import type { Access, ElastiCacheState, GroupSettings, ParameterGroup, ReplicationGroup, Shard } from './model.ts';
import { folded, identifierFrom } from './names.ts';
import { nodeTypeFrom } from './node-types.ts';
import { effectiveValue, parameterGroupBy } from './parameter-group.ts';
import { cacheArn, elastiCacheSlot } from './state.ts';
import { subnetGroupFor, subnetsOf } from './subnet-group.ts';
import { tagsFrom } from './tags.ts';
import { type ShardPlan, shardPlans } from './shard-plan.ts';
import { assertFamily, assertFailover, securityGroupIdsFrom, assertNodesFit } from './group-checks.ts';

const LONGEST_ID = 40;
const DEFAULT_PORT = 6379;

const DEFAULT_WINDOW = 'tue:03:00-tue:04:00';
const DEFAULT_SNAPSHOT_WINDOW = '05:00-06:00';

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
