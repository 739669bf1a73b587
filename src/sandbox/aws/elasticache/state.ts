import { arnOf } from '../ids.ts';
import { LifeCycle } from '../life-cycle.ts';
import { defineState, type Partition } from '../service.ts';
import type { ElastiCacheState, ParameterGroup, ReplicationGroup, User, UserStatus } from './model.ts';
import { FAMILIES } from './parameters.ts';

/** `kind` as it stands in ARNs: `replicationgroup`, `parametergroup`, `subnetgroup`, `usergroup`, `user`, `cluster`. */
export function cacheArn({ region, account }: Partition, kind: string, name: string): string {
  return arnOf('elasticache', region, account, `${kind}:${name}`);
}

function defaultGroup(partition: Partition, family: string, isClustered: boolean): ParameterGroup {
  const name = `default.${family}${isClustered ? '.cluster.on' : ''}`;
  const suffix = isClustered ? ' with cluster mode on' : '';
  return {
    name,
    family,
    arn: cacheArn(partition, 'parametergroup', name),
    description: `Default parameter group for ${family}${suffix}`,
    tags: new Map(),
    values: new Map(isClustered ? [['cluster-enabled', 'yes']] : []),
    isDefault: true,
    changedAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Every account has this user; a user group that has it alone lets everybody in. */
function defaultUser(partition: Partition): User {
  return {
    id: 'default',
    arn: cacheArn(partition, 'user', 'default'),
    name: 'default',
    engine: 'redis',
    tags: new Map(),
    accessString: 'on ~* +@all',
    passwordCount: 0,
    authentication: 'no-password',
    cycle: new LifeCycle<UserStatus>(partition.clock, 'active', {}),
  };
}

function initialState(partition: Partition): ElastiCacheState {
  const defaults = FAMILIES.flatMap((family) => [
    defaultGroup(partition, family, false),
    defaultGroup(partition, family, true),
  ]);
  const user = defaultUser(partition);
  return {
    replicationGroups: new Map(),
    parameterGroups: new Map(defaults.map((group) => [group.name, group])),
    subnetGroups: new Map(),
    users: new Map([[user.id, user]]),
    userGroups: new Map(),
    events: [],
    failedCreations: 0,
  };
}

/** The status that AWS would show: a group that settles is still what it was on its way from. */
export function statusOf({ cycle, deployment }: ReplicationGroup): string {
  if (cycle.state !== 'settling') return cycle.state;
  return deployment ? 'modifying' : 'creating';
}

function dumpOfGroup(group: ReplicationGroup): unknown {
  const { id, settings, shards, deployment } = group;
  const { access, ...rest } = settings;
  return {
    id,
    status: statusOf(group),
    ...rest,
    // How many tokens open, never which.
    tokenCount: access.tokens.filter((token) => token !== undefined).length,
    userGroupIds: access.userGroupIds,
    shards: shards.map((shard) => ({
      id: shard.id,
      members: shard.members.map((member) => ({ id: member.id, zone: member.zone, status: member.cycle.state })),
    })),
    endpoints: deployment && Object.fromEntries(deployment.nodes),
  };
}

function dumpOf(state: ElastiCacheState): unknown {
  return {
    replicationGroups: [...state.replicationGroups.values()].map(dumpOfGroup),
    parameterGroups: [...state.parameterGroups.values()]
      .filter(({ isDefault }) => !isDefault)
      .map(({ name, family, values }) => ({ name, family, values: Object.fromEntries(values) })),
    subnetGroups: [...state.subnetGroups.values()].map(({ name, vpcId, subnetIds }) => ({ name, vpcId, subnetIds })),
    userGroups: [...state.userGroups.values()].map(({ id, userIds, cycle }) => ({ id, userIds, status: cycle.state })),
    users: [...state.users.values()].map(({ id, name, cycle }) => ({ id, name, status: cycle.state })),
  };
}

export const elastiCacheSlot = defineState<ElastiCacheState>({
  name: 'elasticache',
  create: initialState,
  dump: dumpOf,
});

/** Where a parameter group, a subnet group or a user group is used. */
export function groupsWith(state: ElastiCacheState, test: (group: ReplicationGroup) => boolean): ReplicationGroup[] {
  return [...state.replicationGroups.values()].filter(test);
}
