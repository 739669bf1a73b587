import { isInvalidInput, isInvalidState, type ReplicationGroupChange } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import { type AuthFacts, nextAuthStep } from './auth-step.ts';
import { updating } from './findings.ts';
import { modifyGroup } from './modification.ts';
import { ForeignResourceError, instantText, timeText } from './ownership.ts';
import { deleteSecret, leftoverSecretArn, renewToken } from './secret.ts';
import type { ProvideState } from './state.ts';
import { fingerprintOf } from './token.ts';
import { OFF, ON, tokenFinding, tokenMessage } from './token-finding.ts';
import { graceEndMs, isChangedByOthers, progressOf, type TokenRecord } from './token-record.ts';
import {
  createUserGroup,
  deleteUserGroup,
  ensureOwnUserGroup,
  userGroupState,
  waitForUserGroup,
} from './user-group.ts';
import { waitForAws } from './waiting.ts';

/** Whether AWS says that somebody changed the token since it was found to be the one of the secret. */
export function isTokenChanged({ ledger, observed }: ProvideState): boolean {
  const { authToken } = ledger;
  return authToken !== undefined && isChangedByOthers(authToken, instantText(observed.group?.authTokenLastModified));
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
      record(state, facts.asked && facts.record ? settled(facts.record, facts, pass) : undefined);
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
    case 'renewToken':
      await renewToken(state);
      return sendToken(state, pass, 'rotate');
    case 'rotateToken':
      return sendToken(state, pass, 'rotate');
    case 'waitForToken':
      state.finding = tokenFinding(state);
      return waitForAws(state, pass, 'settling', 'ElastiCache does not show the change of the token yet');
    case 'waitForGrace':
      // Nothing else has to wait; who comes to rest then looks again when the grace time is over.
      return next;
    case 'setToken':
      return sendToken(state, pass, 'set');
    case 'deleteSecret':
      record(state, undefined);
      return deleteSecret(state, pass);
    case 'refuseForeignUserGroup':
      throw new ForeignResourceError('user group', facts.attachedUserGroupIds.join(', '));
  }
}

function factsOf(state: ProvideState): AuthFacts {
  const { asked, observed, identity, ledger, timing, nowMs } = state;
  const { group, secret } = observed;
  const { authToken } = ledger;
  const token = secret?.token;
  const leftover = leftoverSecretArn(state) === undefined ? undefined : LEFTOVER;
  const { waitScale } = timing;
  return {
    asked: asked.authEnabled,
    tokenEnabled: group?.authTokenEnabled === true,
    attachedUserGroupIds: group?.userGroupIds ?? [],
    ownUserGroupId: identity.names.group,
    ownUserGroup: userGroupState(observed.userGroup),
    secretHash: token === undefined ? leftover : fingerprintOf(token),
    record: authToken,
    tokenModified: instantText(group?.authTokenLastModified),
    progress: authToken && group ? progressOf(authToken, group, { nowMs, waitScale }) : 'notAsked',
    isGraceOver: authToken !== undefined && nowMs >= graceEndMs(authToken, timing.tokenGraceMs),
  };
}

function settled(token: TokenRecord, { tokenModified: modified }: AuthFacts, { clock }: Pass): TokenRecord {
  const since = token.phase === 'Settled' ? token.since : timeText(clock.now());
  return { ...token, phase: 'Settled', since, modified, accepted: false, open: false };
}

/** Asks AWS to take the token of the secret too, or to take no other. What is asked is recorded before it is. */
export async function sendToken(state: ProvideState, pass: Pass, strategy: 'rotate' | 'set'): Promise<Outcome> {
  const { secret } = state.observed;
  // ensureSecret has run before; without a token the next pass begins with it.
  if (secret?.token === undefined) return stopWithRequeue('the token is not known');
  const { token } = secret;
  const sent = sentRecord(state, { token, version: secret.version }, strategy, timeText(pass.clock.now()));
  try {
    return await modifyGroup(state, pass, {
      what: `auth ${strategy} ${sent.hash}`,
      message: tokenMessage(sent, state.timing.tokenGraceMs),
      finding: tokenFinding(state, sent),
      correction: { kind: 'modify', change: { authToken: { token, strategy } } },
      beforeAsking: () => state.recordLedger({ ...state.ledger, authToken: sent }, pass),
      onAccepted: () => record(state, { ...sent, accepted: true }),
    });
  } catch (error) {
    const mayBeSet = strategy === 'set' && (isInvalidInput(error) || isInvalidState(error));
    if (!mayBeSet) throw error;
    // AWS sets only what was rotated in before; a rotation that it knows nothing of has to be done again.
    pass.log.info({ code: error.code }, 'Token cannot be set, rotating it again');
    record(state, { ...sent, phase: 'Rotating' });
    throw error;
  }
}

interface Sent {
  readonly token: string;
  readonly version: string;
}

function sentRecord(
  { ledger, observed }: ProvideState,
  { token, version }: Sent,
  strategy: 'rotate' | 'set',
  since: string,
): TokenRecord {
  const { authToken: before } = ledger;
  const hash = fingerprintOf(token);
  const wasOpen = before?.open === true && before.phase !== 'Settled';
  return {
    phase: strategy === 'rotate' ? 'Rotating' : 'Setting',
    since,
    publishedAt: before?.hash === hash ? before.publishedAt : undefined,
    hash,
    version,
    modified: instantText(observed.group?.authTokenLastModified),
    accepted: false,
    open: observed.group?.authTokenEnabled !== true || wasOpen,
  };
}

function modify(state: ProvideState, pass: Pass, message: string, change: ReplicationGroupChange) {
  const what = `auth ${Object.keys(change).join()}`;
  return modifyGroup(state, pass, { what, message, correction: { kind: 'modify', change } });
}

function record(state: ProvideState, authToken: TokenRecord | undefined): void {
  state.ledger = { ...state.ledger, authToken };
}
