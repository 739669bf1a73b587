/**
 * Authentication as a state machine: from what AWS and the secret hold now to the one step that comes next.
 *
 * *On*: the secret has a token → ROTATE (the old way in, or none, still works beside it) → wait → the Secret of the object
 * has it → a grace time, because programs read their Secrets late → SET (only the token works now) → settled. A secret that
 * was edited or made again differs from the recorded fingerprint and goes the same way, one token at a time: AWS knows two,
 * and a third would shut out the one before last. So does a token that AWS says was changed by somebody else.
 *
 * *Off*: AWS takes a token away only in exchange for users. So a user group with the open `default` user is made, attached
 * with DELETE, detached, deleted; the secret goes last, when no server asks for its token any more.
 *
 * Every step can be repeated, and the ask may be turned round at any moment: each pass starts from the facts.
 */
import { isChangedByOthers, type Progress, type TokenRecord } from './token-record.ts';

export type UserGroupState = 'absent' | 'active' | 'busy';

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
  /** Of what the phase of the record asks of AWS. */
  readonly progress: Progress;
  /** Whether clients have had the published token long enough. */
  readonly isGraceOver: boolean;
}

export type AuthStep =
  | 'settled'
  | 'createUserGroup'
  | 'waitForUserGroup'
  | 'attachUserGroup'
  | 'detachUserGroup'
  | 'deleteUserGroup'
  | 'renewToken'
  | 'rotateToken'
  | 'waitForToken'
  | 'waitForGrace'
  | 'setToken'
  | 'deleteSecret'
  | 'refuseForeignUserGroup';

export function nextAuthStep(facts: AuthFacts): AuthStep {
  if (facts.attachedUserGroupIds.some((id) => id !== facts.ownUserGroupId)) return 'refuseForeignUserGroup';
  return facts.asked ? nextStepOn(facts) : nextStepOff(facts);
}

function nextStepOn(facts: AuthFacts): AuthStep {
  if (facts.attachedUserGroupIds.length > 0) return 'detachUserGroup';
  const { record, secretHash, progress } = facts;
  if (record === undefined) return 'rotateToken';
  const isOfSecret = record.hash === secretHash;
  switch (record.phase) {
    case 'Requested':
      return isOfSecret ? 'renewToken' : 'rotateToken';
    case 'Rotating':
      // What is done and was not published is a token that nobody has any more.
      return progress === 'underWay' ? 'waitForToken' : 'rotateToken';
    case 'Published':
      if (isTokenLost(facts, record)) return 'rotateToken';
      if (!facts.isGraceOver) return 'waitForGrace';
      return isOfSecret ? 'setToken' : 'rotateToken';
    case 'Setting':
      if (progress === 'underWay') return 'waitForToken';
      if (isTokenLost(facts, record) || !isOfSecret) return 'rotateToken';
      return progress === 'done' ? (cleanUpUserGroup(facts) ?? 'settled') : 'setToken';
    case 'Settled':
      if (isTokenLost(facts, record) || !isOfSecret) return 'rotateToken';
      return cleanUpUserGroup(facts) ?? 'settled';
  }
}

/** Whether the token may not open any more, because somebody else changed it in AWS. */
function isTokenLost({ tokenEnabled, tokenModified }: AuthFacts, record: TokenRecord): boolean {
  return !tokenEnabled || isChangedByOthers(record, tokenModified);
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
