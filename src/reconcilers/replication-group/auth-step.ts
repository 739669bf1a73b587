/**
 * Authentication as a state machine: from what AWS and the secret hold now to the one step that comes next.
 *
 * *On*: the secret has a token → ROTATE (the old way in, or none, still works beside it) → wait → SET (only the token
 * works now) → settled. A secret that was edited or made again differs from the recorded fingerprint and goes the same
 * way; so does one that AWS says was changed after we had set it.
 *
 * *Off*: AWS takes a token away only in exchange for users. So a user group with the open `default` user is made, attached
 * with DELETE, detached, deleted; the secret goes last, when no server asks for its token any more.
 *
 * Every step can be repeated, and the ask may be turned round at any moment: each pass starts from the facts.
 */

export type UserGroupState = 'absent' | 'active' | 'busy';

/** What the status remembers of the token: AWS never tells it. */
export interface TokenRecord {
  /** `rotating`: accepted beside what was valid before. `set`: the only way in. */
  readonly phase: 'rotating' | 'set';
  readonly hash: string;
  /** When AWS last changed the token, as it told after we had set it: later means by somebody else. RFC 3339. */
  readonly modified?: string | undefined;
}

export interface AuthFacts {
  readonly asked: boolean;
  readonly tokenEnabled: boolean;
  readonly attachedUserGroupIds: readonly string[];
  readonly ownUserGroupId: string;
  readonly ownUserGroup: UserGroupState;
  /** Fingerprint of the token in the secret; undefined when there is no secret. */
  readonly secretHash: string | undefined;
  readonly record: TokenRecord | undefined;
  /** When AWS says that the token was last changed. */
  readonly tokenModified: string | undefined;
}

export type AuthStep =
  | 'settled'
  | 'createUserGroup'
  | 'waitForUserGroup'
  | 'attachUserGroup'
  | 'detachUserGroup'
  | 'deleteUserGroup'
  | 'rotateToken'
  | 'setToken'
  | 'deleteSecret'
  | 'refuseForeignUserGroup';

export function nextAuthStep(facts: AuthFacts): AuthStep {
  if (facts.attachedUserGroupIds.some((id) => id !== facts.ownUserGroupId)) return 'refuseForeignUserGroup';
  return facts.asked ? nextStepOn(facts) : nextStepOff(facts);
}

function nextStepOn(facts: AuthFacts): AuthStep {
  if (facts.attachedUserGroupIds.length > 0) return 'detachUserGroup';
  const { record } = facts;
  const sameToken = record !== undefined && record.hash === facts.secretHash && !isChangedByOthers(facts);
  if (!facts.tokenEnabled || !sameToken) return 'rotateToken';
  if (record.phase === 'rotating') return 'setToken';
  return cleanUpUserGroup(facts) ?? 'settled';
}

/** AWS never tells the token, only when it was changed. */
export function isChangedByOthers({ record, tokenModified }: Pick<AuthFacts, 'record' | 'tokenModified'>): boolean {
  return record?.modified !== undefined && record.modified !== tokenModified;
}

function nextStepOff(facts: AuthFacts): AuthStep {
  if (facts.attachedUserGroupIds.length > 0) return 'detachUserGroup';
  if (facts.tokenEnabled) return exchangeTokenForUserGroup(facts.ownUserGroup);
  return cleanUpUserGroup(facts) ?? (facts.secretHash === undefined ? 'settled' : 'deleteSecret');
}

function exchangeTokenForUserGroup(userGroup: UserGroupState): AuthStep {
  switch (userGroup) {
    case 'absent':
      return 'createUserGroup';
    case 'busy':
      return 'waitForUserGroup';
    case 'active':
      return 'attachUserGroup';
  }
}

function cleanUpUserGroup(facts: AuthFacts): AuthStep | undefined {
  switch (facts.ownUserGroup) {
    case 'absent':
      return undefined;
    case 'busy':
      return 'waitForUserGroup';
    case 'active':
      return 'deleteUserGroup';
  }
}

const ROTATING_PREFIX = 'rotating:';
const MODIFIED_MARK = '@';

/** The record as `status.authTokenHash` keeps it. */
export function recordFromText(text: string | undefined): TokenRecord | undefined {
  if (text === undefined || text === '') return undefined;
  if (text.startsWith(ROTATING_PREFIX)) return { phase: 'rotating', hash: text.slice(ROTATING_PREFIX.length) };
  const [hash = '', modified] = text.split(MODIFIED_MARK);
  return { phase: 'set', hash, ...(modified !== undefined && { modified }) };
}

export function textFromRecord(record: TokenRecord | undefined): string | undefined {
  if (record === undefined) return undefined;
  if (record.phase === 'rotating') return `${ROTATING_PREFIX}${record.hash}`;
  return record.modified === undefined ? record.hash : `${record.hash}${MODIFIED_MARK}${record.modified}`;
}
