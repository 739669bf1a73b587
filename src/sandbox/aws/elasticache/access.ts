/**
 * Who gets into a group, and how that changes.
 *
 * A group has tokens or user groups, never both. `ROTATE` adds a token beside the last one (or beside no token at all,
 * when the group was open), `SET` makes one of the two the only one, `DELETE` ends tokens in the moment in which a user
 * group takes over.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
 */
import type { AuthTokenUpdateStrategyType } from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import { invalidCombination, invalidValue, userGroupNotFound } from './faults.ts';
import { majorOf } from './engine-versions.ts';
import type { Access, ElastiCacheState, UserGroup } from './model.ts';

/** 16 to 128 letters, digits and the few special characters that AWS documents. */
const TOKEN = /^[A-Za-z0-9!&#$^<>-]{16,128}$/;

/** *Throws* `InvalidParameterValue`; the message never repeats the token. */
export function tokenFrom(text: string): string {
  if (TOKEN.test(text)) return text;
  throw invalidValue(
    'Invalid AuthToken provided. It must have 16 to 128 letters, digits and characters out of !&#$^<>-.',
  );
}

export const OPEN: Access = { tokens: [undefined], userGroupIds: [], tokenModifiedAt: undefined };

/** The user group that is to be attached. *Throws* when it does not exist or is changing. */
export function attachableUserGroup(state: ElastiCacheState, id: string): UserGroup {
  const group = state.userGroups.get(id);
  if (!group) throw userGroupNotFound(id);
  if (group.cycle.state === 'active') return group;
  throw new AwsFault('InvalidUserGroupState', `User group ${id} is not in the active state.`);
}

const MOST_USER_GROUPS = 1;
const FIRST_VERSION_WITH_USERS = 6;

export function assertUserGroupsFit(
  count: number,
  { engineVersion, isEncrypted }: { readonly engineVersion: string; readonly isEncrypted: boolean },
): void {
  if (count === 0) return;
  if (majorOf(engineVersion) < FIRST_VERSION_WITH_USERS) {
    throw invalidCombination('User groups need Redis 6.0 or newer.');
  }
  if (!isEncrypted) {
    throw invalidCombination(
      'User group based access control requires encryption-in-transit to be enabled on the replication group.',
    );
  }
  if (count > MOST_USER_GROUPS) throw invalidValue(`A replication group has at most ${MOST_USER_GROUPS} user group.`);
}

export interface AccessRequest {
  readonly token: string | undefined;
  readonly strategy: AuthTokenUpdateStrategyType | undefined;
  readonly userGroupIdsToAdd: readonly string[];
  readonly userGroupIdsToRemove: readonly string[];
}

function rotated({ tokens }: Access, token: string): Access['tokens'] {
  return [...tokens.filter((one) => one !== token), token].slice(-2);
}

/** `SET` takes a token that opens already and makes it the only one. */
function assertSettable({ tokens }: Access, token: string): void {
  if (tokens.includes(token)) return;
  throw invalidCombination('The strategy SET is allowed only after ROTATE, with the token that was rotated in.');
}

function withToken(access: Access, token: string, strategy: AuthTokenUpdateStrategyType, now: Date): Access {
  if (access.userGroupIds.length > 0) {
    throw invalidCombination('AuthToken cannot be used while user groups are associated with the replication group.');
  }
  switch (strategy) {
    case 'ROTATE':
      return { ...access, tokens: rotated(access, token), tokenModifiedAt: now };
    case 'SET':
      assertSettable(access, token);
      return { ...access, tokens: [token], tokenModifiedAt: now };
    case 'DELETE':
      throw invalidCombination('The strategy DELETE cannot be used with an AuthToken.');
  }
}

function withUserGroups(access: Access, request: AccessRequest): Access {
  const { userGroupIdsToAdd: added, userGroupIdsToRemove: removed, strategy } = request;
  const foreign = removed.find((id) => !access.userGroupIds.includes(id));
  if (foreign !== undefined) throw invalidValue(`User group ${foreign} is not associated with the replication group.`);
  const hasToken = access.tokens.some((token) => token !== undefined);
  if (added.length > 0 && hasToken && strategy !== 'DELETE') {
    throw invalidCombination(
      `User group can't be associated with auth token enabled. Pass AuthStrategy delete to proceed.`,
    );
  }
  const kept = access.userGroupIds.filter((id) => !removed.includes(id));
  const userGroupIds = [...new Set([...kept, ...added])];
  // Whoever takes the last user group away leaves the door open.
  return { ...access, userGroupIds, tokens: userGroupIds.length > 0 ? [] : OPEN.tokens, tokenModifiedAt: undefined };
}

function assertStrategy({ token, strategy, userGroupIdsToAdd }: AccessRequest): void {
  if (strategy === 'DELETE' && userGroupIdsToAdd.length === 0) {
    throw invalidCombination('The strategy DELETE is allowed only when transitioning to user groups.');
  }
  if (strategy !== undefined && strategy !== 'DELETE' && token === undefined) {
    throw invalidCombination('AuthTokenUpdateStrategy must be specified with AuthToken.');
  }
}

/**
 * The access that a request leads to; undefined when it asks for none.
 *
 * *Throws* `InvalidParameterCombination` and `InvalidParameterValue` for what AWS does not take.
 */
export function nextAccess(access: Access, request: AccessRequest, now: Date): Access | undefined {
  const { token, strategy, userGroupIdsToAdd, userGroupIdsToRemove } = request;
  assertStrategy(request);
  const asksUserGroups = userGroupIdsToAdd.length + userGroupIdsToRemove.length > 0;
  if (token !== undefined && asksUserGroups) {
    throw invalidCombination('AuthToken and user groups cannot be changed in one call.');
  }
  if (token !== undefined) return withToken(access, tokenFrom(token), strategy ?? 'ROTATE', now);
  return asksUserGroups ? withUserGroups(access, request) : undefined;
}
