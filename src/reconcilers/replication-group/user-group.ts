import { isAlreadyExists, isInvalidState, isNotFound, orAbsent, type UserGroup } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import type { UserGroupState } from './auth-step.ts';
import { noteWrite } from './memory.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { ensureOwnTags, isOwn, taggedArn, type TaggedResource } from './tags.ts';
import { waitForAws } from './waiting.ts';

const RESOURCE = 'user group';
/** The user that every account has; it needs no password. */
const DEFAULT_USER = 'default';

/** Looks for our transient user group where it may exist: while a token is exchanged for it, or where tags show it. */
export async function loadUserGroup(state: ProvideState): Promise<Outcome> {
  const { group } = state.observed;
  const id = state.identity.names.group;
  const isNeeded = !state.asked.authEnabled && group?.authTokenEnabled === true;
  const isAttached = group?.userGroupIds.includes(id) === true;
  if (isNeeded || isAttached || taggedArn(state, `:usergroup:${id}`) !== undefined) {
    state.observed.userGroup = await describe(state);
  }
  return next;
}

export function userGroupState(userGroup: UserGroup | undefined): UserGroupState {
  if (userGroup === undefined) return 'absent';
  return userGroup.status === 'active' ? 'active' : 'busy';
}

export async function ensureOwnUserGroup(state: ProvideState): Promise<void> {
  const { userGroup } = state.observed;
  if (userGroup !== undefined && userGroup.status === 'active') await ensureOwnTags(state, tagged(state, userGroup));
}

export async function createUserGroup(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { identity, clients } = state;
  try {
    state.observed.userGroup = await clients.elastiCache.createUserGroup({
      id: identity.names.group,
      engine: 'redis',
      userIds: [DEFAULT_USER],
      tags: identity.tags,
    });
  } catch (error) {
    if (isAlreadyExists(error)) return stopWithRequeue('the user group exists already');
    throw error;
  }
  noteWrite(state.memory);
  return waitForUserGroup(state, pass);
}

export function waitForUserGroup(state: ReplicationGroupState, pass: Pass): Outcome {
  return waitForAws(state, pass, 'userGroup', 'the user group is coming or going');
}

/** Deletes our user group, if there is one, and waits until it is gone. */
export async function deleteUserGroup(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const found = await (state.memory.removal?.hasSeenGroupGo === true ? find(state) : describe(state));
  if (found === undefined) return next;
  if (found.status !== 'active') return waitForUserGroup(state, pass);
  if (!(await isOwn(state, tagged(state, found)))) {
    pass.log.info({ resource: RESOURCE, id: found.id }, 'Foreign resource left as it is');
    return next;
  }
  try {
    await state.clients.elastiCache.deleteUserGroup(found.id);
  } catch (error) {
    if (!isInvalidState(error) && !isNotFound(error)) throw error;
  }
  noteWrite(state.memory);
  return waitForUserGroup(state, pass);
}

function describe({ clients, identity }: ReplicationGroupState): Promise<UserGroup | undefined> {
  return orAbsent(clients.elastiCache.describeUserGroup(identity.names.group));
}

/** For many deletions at once: there hardly ever is one, and a list tells that to all. */
function find({ clients, identity }: ReplicationGroupState): Promise<UserGroup | undefined> {
  return clients.elastiCache.findUserGroup(identity.names.group);
}

function tagged(state: ReplicationGroupState, userGroup: UserGroup): TaggedResource {
  const isUsedByOwnGroup = state.observed.group?.userGroupIds.includes(userGroup.id) === true;
  return { resource: RESOURCE, id: userGroup.id, arn: userGroup.arn, isUsedByOwnGroup };
}
