import type {
  CreateUserGroupMessage,
  DeleteUserGroupMessage,
  DescribeUserGroupsMessage,
  DescribeUserGroupsResult,
  ModifyUserGroupMessage,
  UserGroup as WireUserGroup,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import { LifeCycle, type Transitions } from '../life-cycle.ts';
import type { Partition, RequestContext } from '../service.ts';
import { assertWithin, invalidCombination, invalidValue, userGroupNotFound, userNotFound } from './faults.ts';
import type { ElastiCacheState, UserGroup, UserGroupStatus } from './model.ts';
import { folded, identifierFrom } from './names.ts';
import { elastiCachePage } from './paging.ts';
import { cacheArn, elastiCacheSlot, groupsWith } from './state.ts';
import { tagsFrom } from './tags.ts';

const LONGEST_ID = 40;

function userGroupBy(state: ElastiCacheState, id: string | undefined): UserGroup {
  const group = state.userGroups.get(folded(id) ?? '');
  if (!group) throw userGroupNotFound(id ?? '');
  return group;
}

function attachedTo(state: ElastiCacheState, id: string): string[] {
  return groupsWith(state, ({ settings, change }) =>
    [settings.access, change?.settings.access].some((access) => access?.userGroupIds.includes(id)),
  ).map((group) => group.id);
}

function view(group: UserGroup, state: ElastiCacheState): WireUserGroup {
  const { pending } = group;
  return {
    UserGroupId: group.id,
    ARN: group.arn,
    Engine: group.engine,
    Status: group.cycle.state,
    MinimumEngineVersion: '6.0',
    UserIds: [...group.userIds],
    ReplicationGroups: attachedTo(state, group.id),
    ServerlessCaches: [],
    ...(pending && { PendingChanges: { UserIdsToAdd: [...pending.add], UserIdsToRemove: [...pending.remove] } }),
  };
}

/** *Throws* unless all users exist, have names of their own, and one of them is named `default`. */
function assertUsers(userIds: readonly string[], state: ElastiCacheState, partition: Partition): void {
  const names = userIds.map((id) => {
    const user = state.users.get(id);
    if (!user) throw userNotFound(id);
    return user.name;
  });
  if (new Set(names).size < names.length) {
    throw new AwsFault('DuplicateUserName', 'A user group cannot have two users of the same name.');
  }
  if (!names.includes('default')) {
    throw new AwsFault('DefaultUserRequired', 'A user group needs a user with the user name default.');
  }
  const limit = partition.quota('elasticache.usersPerUserGroup');
  assertWithin(names.length, limit, 'UserGroupQuotaExceeded', 'Too many users in a user group');
}

function assertNew(state: ElastiCacheState, id: string, partition: Partition): void {
  if (state.userGroups.has(id)) throw new AwsFault('UserGroupAlreadyExists', `User group ${id} already exists.`);
  const limit = partition.quota('elasticache.userGroups');
  assertWithin(state.userGroups.size + 1, limit, 'UserGroupQuotaExceeded', 'Too many user groups');
}

function cycleOf(id: string, state: ElastiCacheState, partition: Partition): LifeCycle<UserGroupStatus> {
  const lasts = (status: string): number => partition.durationMs(`elasticache.userGroup.${status}`);
  const transitions: Transitions<UserGroupStatus> = {
    creating: { lastsMs: lasts('creating'), next: 'active' },
    modifying: { lastsMs: lasts('modifying'), next: 'active' },
    deleting: { lastsMs: lasts('deleting'), next: 'gone' },
  };
  return new LifeCycle<UserGroupStatus>(partition.clock, 'creating', transitions, (status) => {
    if (status === 'gone') state.userGroups.delete(id);
    if (status === 'active') applyPending(state.userGroups.get(id));
  });
}

function applyPending(group: UserGroup | undefined): void {
  if (!group?.pending) return;
  const { add, remove } = group.pending;
  group.userIds = [...group.userIds.filter((id) => !remove.includes(id)), ...add];
  group.pending = undefined;
}

function createUserGroup(input: CreateUserGroupMessage, { partition }: RequestContext): WireUserGroup {
  const state = partition.get(elastiCacheSlot);
  const id = identifierFrom('UserGroupId', input.UserGroupId, LONGEST_ID);
  if (input.Engine?.toLowerCase() !== 'redis')
    throw invalidValue(`The sandbox knows user groups of the engine redis only.`);
  assertNew(state, id, partition);
  const userIds = (input.UserIds ?? []).map((userId) => userId.toLowerCase());
  assertUsers(userIds, state, partition);
  const group: UserGroup = {
    id,
    arn: cacheArn(partition, 'usergroup', id),
    engine: 'redis',
    tags: tagsFrom(input.Tags),
    userIds,
    pending: undefined,
    cycle: cycleOf(id, state, partition),
  };
  state.userGroups.set(id, group);
  return view(group, state);
}

function describeUserGroups(input: DescribeUserGroupsMessage, { partition }: RequestContext): DescribeUserGroupsResult {
  const state = partition.get(elastiCacheSlot);
  const { UserGroupId: id } = input;
  const groups = id === undefined ? state.userGroups.values() : [userGroupBy(state, id)];
  const page = elastiCachePage(groups, input, (group) => group.id);
  return { UserGroups: page.items.map((group) => view(group, state)), Marker: page.next };
}

function assertActive({ id, cycle }: UserGroup): void {
  if (cycle.state === 'active') return;
  throw new AwsFault('InvalidUserGroupState', `User group ${id} is not in the active state (${cycle.state}).`);
}

function modifyUserGroup(input: ModifyUserGroupMessage, { partition }: RequestContext): WireUserGroup {
  const state = partition.get(elastiCacheSlot);
  const group = userGroupBy(state, input.UserGroupId);
  assertActive(group);
  const add = (input.UserIdsToAdd ?? []).map((id) => id.toLowerCase()).filter((id) => !group.userIds.includes(id));
  const remove = (input.UserIdsToRemove ?? []).map((id) => id.toLowerCase());
  if (add.length + remove.length === 0) throw invalidCombination('No modifications were requested');
  assertUsers([...group.userIds.filter((id) => !remove.includes(id)), ...add], state, partition);
  group.pending = { add, remove };
  group.cycle.enter('modifying');
  return view(group, state);
}

function deleteUserGroup(input: DeleteUserGroupMessage, { partition }: RequestContext): WireUserGroup {
  const state = partition.get(elastiCacheSlot);
  const group = userGroupBy(state, input.UserGroupId);
  assertActive(group);
  if (attachedTo(state, group.id).length > 0) {
    throw new AwsFault('InvalidUserGroupState', `User group ${group.id} is associated with a replication group.`);
  }
  group.cycle.enter('deleting');
  return view(group, state);
}

export const userGroupOperations = {
  CreateUserGroup: createUserGroup,
  DescribeUserGroups: describeUserGroups,
  ModifyUserGroup: modifyUserGroup,
  DeleteUserGroup: deleteUserGroup,
};
