import type {
  CreateUserMessage,
  DeleteUserMessage,
  DescribeUsersMessage,
  DescribeUsersResult,
  ModifyUserMessage,
  User as WireUser,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import { LifeCycle, type Transitions } from '../life-cycle.ts';
import type { Partition, RequestContext } from '../service.ts';
import { assertWithin, invalidCombination, invalidValue, userNotFound } from './faults.ts';
import type { ElastiCacheState, User, UserStatus } from './model.ts';
import { folded, identifierFrom } from './names.ts';
import { elastiCachePage } from './paging.ts';
import { cacheArn, elastiCacheSlot } from './state.ts';
import { tagsFrom } from './tags.ts';

const LONGEST_ID = 40;
const MOST_PASSWORDS = 2;
const PASSWORD = /^[\x21-\x7e]{16,128}$/;

function userBy(state: ElastiCacheState, id: string | undefined): User {
  const user = state.users.get(folded(id) ?? '');
  if (!user) throw userNotFound(id ?? '');
  return user;
}

function groupIdsOf(user: User, state: ElastiCacheState): string[] {
  return [...state.userGroups.values()].filter(({ userIds }) => userIds.includes(user.id)).map(({ id }) => id);
}

function view(user: User, state: ElastiCacheState): WireUser {
  return {
    UserId: user.id,
    UserName: user.name,
    ARN: user.arn,
    Status: user.cycle.state,
    Engine: user.engine,
    MinimumEngineVersion: '6.0',
    AccessString: user.accessString,
    UserGroupIds: groupIdsOf(user, state),
    Authentication: { Type: user.authentication, PasswordCount: user.passwordCount },
  };
}

interface PasswordRequest {
  readonly Passwords?: readonly string[] | undefined;
  readonly NoPasswordRequired?: boolean | undefined;
  readonly AuthenticationMode?:
    | { readonly Type?: string | undefined; readonly Passwords?: readonly string[] | undefined }
    | undefined;
}

/** *Throws* for no way to authenticate, for two, and for passwords that Redis would not take; never repeats one. */
function authenticationFrom(input: PasswordRequest): Pick<User, 'authentication' | 'passwordCount'> {
  const { AuthenticationMode: mode, NoPasswordRequired: isOpen } = input;
  const passwords = input.Passwords ?? mode?.Passwords ?? [];
  if (mode?.Type === 'iam') return { authentication: 'iam', passwordCount: 0 };
  const asksNone = isOpen === true || mode?.Type === 'no-password-required';
  if (asksNone === passwords.length > 0) {
    throw invalidCombination('Exactly one of passwords and no password must be specified.');
  }
  if (passwords.length > MOST_PASSWORDS || !passwords.every((one) => PASSWORD.test(one))) {
    throw invalidValue(`A user has one or two passwords of 16 to 128 printable characters.`);
  }
  return { authentication: asksNone ? 'no-password' : 'password', passwordCount: passwords.length };
}

function cycleOf(id: string, state: ElastiCacheState, partition: Partition): LifeCycle<UserStatus> {
  const transitions: Transitions<UserStatus> = {
    modifying: { lastsMs: partition.durationMs('elasticache.user.modifying'), next: 'active' },
    deleting: { lastsMs: partition.durationMs('elasticache.user.deleting'), next: 'gone' },
  };
  return new LifeCycle<UserStatus>(partition.clock, 'active', transitions, (status) => {
    if (status === 'gone') state.users.delete(id);
  });
}

function createUser(input: CreateUserMessage, { partition }: RequestContext): WireUser {
  const state = partition.get(elastiCacheSlot);
  const id = identifierFrom('UserId', input.UserId, LONGEST_ID);
  if (input.Engine?.toLowerCase() !== 'redis') throw invalidValue('The sandbox knows users of the engine redis only.');
  if (state.users.has(id)) throw new AwsFault('UserAlreadyExists', `User ${id} already exists.`);
  const limit = partition.quota('elasticache.users');
  assertWithin(state.users.size, limit, 'UserQuotaExceeded', 'Too many users');
  const user: User = {
    id,
    arn: cacheArn(partition, 'user', id),
    name: input.UserName ?? '',
    engine: 'redis',
    tags: tagsFrom(input.Tags),
    accessString: input.AccessString ?? '',
    ...authenticationFrom(input),
    cycle: cycleOf(id, state, partition),
  };
  state.users.set(id, user);
  return view(user, state);
}

function describeUsers(input: DescribeUsersMessage, { partition }: RequestContext): DescribeUsersResult {
  const state = partition.get(elastiCacheSlot);
  const users = input.UserId === undefined ? state.users.values() : [userBy(state, input.UserId)];
  const page = elastiCachePage(users, input, ({ id }) => id);
  return { Users: page.items.map((user) => view(user, state)), Marker: page.next };
}

function assertActive({ id, cycle }: User): void {
  if (cycle.state === 'active') return;
  throw new AwsFault('InvalidUserState', `User ${id} is not in the active state (${cycle.state}).`);
}

function modifyUser(input: ModifyUserMessage, { partition }: RequestContext): WireUser {
  const state = partition.get(elastiCacheSlot);
  const user = userBy(state, input.UserId);
  assertActive(user);
  if (user.id === 'default') throw invalidValue('The user default cannot be modified.');
  const asksAccess = input.Passwords ?? input.NoPasswordRequired ?? input.AuthenticationMode;
  if (asksAccess !== undefined) Object.assign(user, authenticationFrom(input));
  user.accessString = input.AccessString ?? `${user.accessString} ${input.AppendAccessString ?? ''}`.trim();
  user.cycle.enter('modifying');
  return view(user, state);
}

function deleteUser(input: DeleteUserMessage, { partition }: RequestContext): WireUser {
  const state = partition.get(elastiCacheSlot);
  const user = userBy(state, input.UserId);
  if (user.id === 'default') throw invalidValue('The user default cannot be deleted.');
  assertActive(user);
  if (user.name === 'default' && groupIdsOf(user, state).length > 0) {
    throw new AwsFault('DefaultUserAssociatedToUserGroup', `User ${user.id} is the default user of a user group.`);
  }
  for (const group of state.userGroups.values()) group.userIds = group.userIds.filter((id) => id !== user.id);
  user.cycle.enter('deleting');
  return view(user, state);
}

export const userOperations = {
  CreateUser: createUser,
  DescribeUsers: describeUsers,
  ModifyUser: modifyUser,
  DeleteUser: deleteUser,
};
