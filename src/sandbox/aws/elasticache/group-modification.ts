/**
 * `ModifyReplicationGroup`: from a request to a change, or to a refusal.
 *
 * A request is cut into parts, one for each family of settings; a part is there only if the request changes something.
 * AWS carries out the families that replace or restart nodes one a call, and so does this: access, engine, node type,
 * encryption and cluster mode do not come together, and none of the others comes with access. Without
 * `ApplyImmediately` the parts that disturb clients wait for the maintenance window.
 */
import type {
  ModifyReplicationGroupMessage,
  ModifyReplicationGroupResult,
  TransitEncryptionMode,
} from '@aws-sdk/client-elasticache';
import type { Partition, RequestContext } from '../service.ts';
import { assertUserGroupsFit, attachableUserGroup, nextAccess } from './access.ts';
import { engineVersionFrom, isOlder } from './engine-versions.ts';
import { invalidCombination, invalidGroupState, invalidValue } from './faults.ts';
import { assertFailover, assertFamily, securityGroupIdsFrom } from './group-creation.ts';
import { deferChange, isModifiable, startChange, takeDeferred } from './group-life.ts';
import { groupView } from './group-view.ts';
import { maintenanceWindowFrom, snapshotWindowFrom } from './maintenance-window.ts';
import type {
  Change,
  ElastiCacheState,
  GroupSettings,
  ParameterGroup,
  PendingValues,
  ReplicationGroup,
} from './model.ts';
import { nodeTypeFrom } from './node-types.ts';
import { effectiveValue, parameterGroupBy } from './parameter-group.ts';
import { replicationGroupBy } from './replication-group.ts';
import { elastiCacheSlot } from './state.ts';
import { subnetGroupBy } from './subnet-group.ts';

/** The name is that of the duration `elasticache.replicationGroup.modifying.<name>`. */
type Family =
  | 'settings'
  | 'parameterGroup'
  | 'failover'
  | 'access'
  | 'nodeType'
  | 'engineVersion'
  | 'encryption'
  | 'clusterMode';

interface Part {
  readonly family: Family;
  readonly settings: Partial<GroupSettings>;
  readonly pending: PendingValues;
}

interface Question {
  readonly input: ModifyReplicationGroupMessage;
  readonly group: ReplicationGroup;
  readonly partition: Partition;
  readonly state: ElastiCacheState;
}

function part(family: Family, settings: Partial<GroupSettings>, pending: PendingValues = {}): Part {
  return { family, settings, pending };
}

/** The members of `asked` that are given and differ from what is. */
function differing(
  asked: { readonly [K in keyof GroupSettings]?: GroupSettings[K] | undefined },
  { settings }: ReplicationGroup,
) {
  const entries = Object.entries(asked).filter(
    // Both sides are plain values or lists of them, so that their JSON tells them apart.
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(Reflect.get(settings, name)),
  );
  return Object.fromEntries(entries) as Partial<GroupSettings>;
}

function plainPart({ input, group, partition, state }: Question): Part | undefined {
  const { SecurityGroupIds: groupIds } = input;
  const { vpcId } = subnetGroupBy(state, group.subnetGroupName);
  const changed = differing(
    {
      description: input.ReplicationGroupDescription,
      maintenanceWindow: input.PreferredMaintenanceWindow && maintenanceWindowFrom(input.PreferredMaintenanceWindow),
      snapshotWindow: input.SnapshotWindow && snapshotWindowFrom(input.SnapshotWindow),
      snapshotRetentionLimit: input.SnapshotRetentionLimit,
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
      securityGroupIds: groupIds?.length ? securityGroupIdsFrom(groupIds, vpcId, partition) : undefined,
      notificationTopicArn: input.NotificationTopicArn,
    },
    group,
  );
  return Object.keys(changed).length > 0 ? part('settings', changed) : undefined;
}

function failoverPart({ input, group }: Question): Part | undefined {
  const asked = { automaticFailover: input.AutomaticFailoverEnabled, multiAz: input.MultiAZEnabled };
  const changed = differing(asked, group);
  if (Object.keys(changed).length === 0) return undefined;
  const fewest = Math.min(...group.shards.map(({ members }) => members.length));
  assertFailover({ ...group.settings, ...changed }, fewest);
  const { automaticFailover } = changed;
  if (automaticFailover === undefined) return part('failover', changed);
  return part('failover', changed, { automaticFailover: automaticFailover ? 'enabled' : 'disabled' });
}

function assertSameMode(parameters: ParameterGroup, { settings }: ReplicationGroup): void {
  const isOn = effectiveValue(parameters, 'cluster-enabled') === 'yes';
  if (isOn === (settings.clusterMode !== 'disabled')) return;
  throw invalidCombination(`The parameter group ${parameters.name} does not fit the cluster mode of the group.`);
}

/** The parameter group after the change; the default of the new family where the old family's default was in use. */
function parametersAfter({ input, group, state }: Question, family: string): ParameterGroup {
  const current = parameterGroupBy(state, group.settings.parameterGroupName);
  if (input.CacheParameterGroupName !== undefined) return parameterGroupBy(state, input.CacheParameterGroupName);
  if (!current.isDefault) return current;
  return parameterGroupBy(state, current.name.replace(current.family, family));
}

/** A version brings its parameter group along, so both are one part. */
function enginePart(question: Question): Part | undefined {
  const { input, group } = question;
  if (input.Engine !== undefined && input.Engine.toLowerCase() !== group.engine) {
    throw invalidValue(`The sandbox runs the engine redis only, not ${input.Engine}.`);
  }
  const current = group.settings.engineVersion;
  const version = engineVersionFrom(input.EngineVersion ?? current);
  if (isOlder(version.version, current)) {
    throw invalidCombination(`Cannot downgrade redis from version ${current} to ${version.version}.`);
  }
  const parameters = parametersAfter(question, version.family);
  assertFamily(parameters, version);
  assertSameMode(parameters, group);
  const changed = differing({ engineVersion: version.version, parameterGroupName: parameters.name }, group);
  if (changed.engineVersion !== undefined) {
    return part('engineVersion', changed, { engineVersion: version.version });
  }
  return changed.parameterGroupName === undefined ? undefined : part('parameterGroup', changed);
}

function nodeTypePart({ input, group }: Question): Part | undefined {
  const nodeType = input.CacheNodeType && nodeTypeFrom(input.CacheNodeType);
  if (!nodeType || nodeType === group.settings.nodeType) return undefined;
  return part('nodeType', { nodeType }, { nodeType });
}

/** On comes as `preferred` first, `required` is the second step; off is the way back. */
function encryptionPart({ input, group }: Question): Part | undefined {
  const current = group.settings.transitEncryptionMode;
  const isOn = input.TransitEncryptionEnabled ?? current !== undefined;
  const asked: TransitEncryptionMode | undefined = isOn
    ? (input.TransitEncryptionMode ?? current ?? 'required')
    : undefined;
  if (asked === current) return undefined;
  const isStep = (current === undefined && asked === 'preferred') || current === 'preferred' || asked === 'preferred';
  if (!isStep) {
    throw invalidCombination(
      'In-transit encryption is switched on and off through the TransitEncryptionMode preferred.',
    );
  }
  return part('encryption', { transitEncryptionMode: asked }, asked ? { transitEncryptionMode: asked } : {});
}

function clusterModePart({ input, group }: Question): Part | undefined {
  const { ClusterMode: asked } = input;
  const { clusterMode: current } = group.settings;
  if (asked === undefined || asked === current) return undefined;
  const isStep = (current === 'disabled' && asked === 'compatible') || current === 'compatible';
  if (!isStep) throw invalidCombination(`The cluster mode cannot go from ${current} to ${asked} in one step.`);
  return part('clusterMode', { clusterMode: asked }, { clusterMode: asked });
}

function accessPart({ input, group, partition, state }: Question): Part | undefined {
  const { access, engineVersion, transitEncryptionMode } = group.settings;
  const added = (input.UserGroupIdsToAdd ?? []).map((id) => id.toLowerCase());
  const removed = input.RemoveUserGroups ? access.userGroupIds : (input.UserGroupIdsToRemove ?? []);
  const request = {
    token: input.AuthToken,
    strategy: input.AuthTokenUpdateStrategy,
    userGroupIdsToAdd: added.filter((id) => !access.userGroupIds.includes(id)),
    userGroupIdsToRemove: removed.map((id) => id.toLowerCase()),
  };
  const next = nextAccess(access, request, new Date(partition.wallClock.now()));
  if (!next) return undefined;
  const isEncrypted = transitEncryptionMode !== undefined;
  if (input.AuthToken !== undefined && !isEncrypted) {
    throw invalidCombination('AUTH token modification is only supported when encryption-in-transit is enabled.');
  }
  assertUserGroupsFit(next.userGroupIds.length, { engineVersion, isEncrypted });
  for (const id of request.userGroupIdsToAdd) attachableUserGroup(state, id);
  if (request.token === undefined) {
    const { userGroupIdsToAdd, userGroupIdsToRemove } = request;
    return part('access', { access: next }, { userGroupIdsToAdd, userGroupIdsToRemove });
  }
  return part('access', { access: next }, { authTokenStatus: request.strategy === 'SET' ? 'SETTING' : 'ROTATING' });
}

const PARTS = [accessPart, enginePart, nodeTypePart, encryptionPart, clusterModePart, failoverPart, plainPart] as const;

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
    settings: Object.assign({}, ...parts.map(({ settings }) => settings)) as Partial<GroupSettings>,
    pending: Object.assign({}, ...parts.map(({ pending }) => pending)) as PendingValues,
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
