import { isInvalidInput, isInvalidState, type ReplicationGroupChange } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import {
  type AuthFacts,
  isChangedByOthers,
  nextAuthStep,
  recordFromText,
  textFromRecord,
  type TokenRecord,
} from './auth-step.ts';
import { updating } from './findings.ts';
import { modifyGroup } from './modification.ts';
import { ForeignResourceError, instantText } from './ownership.ts';
import { deleteSecret, leftoverSecretArn } from './secret.ts';
import type { ProvideState } from './state.ts';
import { fingerprintOf } from './token.ts';
import {
  createUserGroup,
  deleteUserGroup,
  ensureOwnUserGroup,
  userGroupState,
  waitForUserGroup,
} from './user-group.ts';

/** Whether AWS says that somebody changed the token since it was found to be the one of the secret. */
export function isTokenChanged(state: ProvideState): boolean {
  const { record, tokenModified } = factsOf(state);
  return isChangedByOthers({ record, tokenModified });
}

const LEFTOVER = 'leftover';

/** Takes the one step that authentication needs next; see auth-step.ts. */
export async function ensureAuth(state: ProvideState, pass: Pass): Promise<Outcome> {
  await ensureOwnUserGroup(state);
  const facts = factsOf(state);
  const step = nextAuthStep(facts);
  const id = facts.ownUserGroupId;
  switch (step) {
    case 'settled':
      record(state, facts.asked && facts.record ? { ...facts.record, modified: facts.tokenModified } : undefined);
      return next;
    case 'createUserGroup':
      state.finding = updating(OFF);
      return createUserGroup(state, pass);
    case 'waitForUserGroup':
      state.finding = updating(facts.asked ? ON : OFF);
      return waitForUserGroup(state, pass);
    case 'attachUserGroup':
      return modify(state, pass, OFF, { authTokenReplacedByUserGroups: [id] });
    case 'detachUserGroup':
      return modify(state, pass, facts.asked ? ON : OFF, { userGroupIdsToRemove: [id] });
    case 'deleteUserGroup':
      return deleteUserGroup(state, pass);
    case 'rotateToken':
      return sendToken(state, pass, 'rotate');
    case 'setToken':
      return sendToken(state, pass, 'set');
    case 'deleteSecret':
      record(state, undefined);
      return deleteSecret(state, pass);
    case 'refuseForeignUserGroup':
      throw new ForeignResourceError('user group', facts.attachedUserGroupIds.join(', '));
  }
}

const ON = 'ElastiCache switches authentication on.';
const OFF = 'ElastiCache switches authentication off.';

function factsOf(state: ProvideState): AuthFacts {
  const { asked, observed, identity, ledger } = state;
  const token = observed.secret?.token;
  const leftover = leftoverSecretArn(state) === undefined ? undefined : LEFTOVER;
  return {
    asked: asked.authEnabled,
    tokenEnabled: observed.group?.authTokenEnabled === true,
    attachedUserGroupIds: observed.group?.userGroupIds ?? [],
    ownUserGroupId: identity.names.group,
    ownUserGroup: userGroupState(observed.userGroup),
    secretHash: token === undefined ? leftover : fingerprintOf(token),
    record: recordFromText(ledger.authTokenHash),
    tokenModified: instantText(observed.group?.authTokenLastModified),
  };
}

async function sendToken(state: ProvideState, pass: Pass, strategy: 'rotate' | 'set'): Promise<Outcome> {
  const token = state.observed.secret?.token;
  // ensureSecret has run before; without a token the next pass begins with it.
  if (token === undefined) return stopWithRequeue('the token is not known');
  const hash = fingerprintOf(token);
  try {
    return await modifyGroup(state, pass, {
      what: `auth ${strategy} ${hash}`,
      message: ON,
      correction: { kind: 'modify', change: { authToken: { token, strategy } } },
      onAccepted: () => record(state, { phase: strategy === 'rotate' ? 'rotating' : 'set', hash }),
    });
  } catch (error) {
    const mayBeSet = strategy === 'set' && (isInvalidInput(error) || isInvalidState(error));
    if (!mayBeSet) throw error;
    // AWS sets only what was rotated in before; a rotation that it knows nothing of has to be done again.
    pass.log.info({ code: error.code }, 'Token cannot be set, rotating it again');
    record(state, undefined);
    throw error;
  }
}

function modify(state: ProvideState, pass: Pass, message: string, change: ReplicationGroupChange) {
  const what = `auth ${Object.keys(change).join()}`;
  return modifyGroup(state, pass, { what, message, correction: { kind: 'modify', change } });
}

function record(state: ProvideState, token: TokenRecord | undefined): void {
  state.ledger = { ...state.ledger, authTokenHash: textFromRecord(token) };
}
