/** The parts of a `ModifyReplicationGroup`: what it asks of each family of settings, refused where AWS refuses it. */
import type { ModifyReplicationGroupMessage, TransitEncryptionMode } from '@aws-sdk/client-elasticache';
import type { Partition } from '../service.ts';
import { assertUserGroupsFit, attachableUserGroup, nextAccess } from './access.ts';
import { engineVersionFrom, isOlder } from './engine-versions.ts';
import { invalidCombination, invalidValue } from './faults.ts';
import { assertFailover, assertFamily, securityGroupIdsFrom } from './group-checks.ts';
import { maintenanceWindowFrom, snapshotWindowFrom } from './maintenance-window.ts';
import type { ElastiCacheState, GroupSettings, ParameterGroup, PendingValues, ReplicationGroup } from './model.ts';
import { nodeTypeFrom } from './node-types.ts';
import { effectiveValue, parameterGroupBy } from './parameter-group.ts';
import { subnetGroupBy } from './subnet-group.ts';

/** The name is that of the duration `elasticache.replicationGroup.modifying.<name>`. */
export type Family =
  | 'settings'
  | 'parameterGroup'
  | 'failover'
  | 'access'
  | 'nodeType'
  | 'engineVersion'
  | 'encryption'
  | 'clusterMode';

export interface Part {
  readonly family: Family;
  readonly settings: Partial<GroupSettings>;
  readonly pending: PendingValues;
}

export interface Question {
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
  // `Object.entries` forgets which value belongs to which name; nothing was changed but left out.
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

export const PARTS = [
  accessPart,
  enginePart,
  nodeTypePart,
  encryptionPart,
  clusterModePart,
  failoverPart,
  plainPart,
] as const;
