/**
 * How closely to look (see docs/adr/0006).
 *
 * *Look*: the group and the security group, both from lists that all objects of the account and region share. *Full
 * check*: everything. It is due at the start of the process, after a change of the specification or of the IpRange's
 * subnets, after every write of ours, after AWS was at work by itself, after six hours, when somebody asks for it, when the
 * token has a step to take, when what the last one came to know is not in the status, and whenever a look finds something
 * that is not as asked. The first one of a group takes its parts as they were when it was made of them, minutes ago and by
 * this process.
 */
import { isDeepStrictEqual } from 'node:util';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import type { Finding } from '../common/finding.ts';
import { redisReady, underWay } from './findings.ts';
import { ongoingIn } from './maintenance.ts';
import { isRecordedGroup } from './replication-group.ts';
import { isSecurityGroupAsAsked } from './security-group.ts';
import { isTokenChanged } from './auth.ts';
import { currentDifferences } from './settings.ts';
import { hasSameMembers } from './subnet-group.ts';
import type { ProvideState } from './state.ts';
import { tokenFinding } from './token-finding.ts';
import { tokenDueMs } from './token-rotation.ts';
import { rest } from './waiting.ts';

export function isLookEnough(state: ProvideState): boolean {
  const { checked } = state.memory;
  if (checked === undefined || checked.generation !== state.generation || isCheckRequested(state)) return false;
  if (!hasSameMembers(checked.subnetIds, state.asked.subnetIds)) return false;
  return isRecordedGroup(state) && isDeepStrictEqual(checked.ledger, state.ledger);
}

function isCheckRequested({ asked, ledger }: ProvideState): boolean {
  const { checkNow } = asked.requests;
  return checkNow !== undefined && checkNow !== ledger.handled.checkNow;
}

/** Who asks for a check has done something about a trouble, mostly: what rests after failures is tried at once. */
export function heedCheckRequest(state: ProvideState): Outcome {
  const { memory, asked } = state;
  if (!isCheckRequested(state) || memory.checkRequest === asked.requests.checkNow) return next;
  memory.checkRequest = asked.requests.checkNow;
  memory.checked = undefined;
  memory.attempts.clear();
  return next;
}

/** Only what the lists tell is compared; members and secrets have to wait for the full check. */
export function lookFindsAllAsAsked(state: ProvideState): boolean {
  const { group } = state.observed;
  const isAuthAsAsked = group?.authTokenEnabled === state.asked.authEnabled && group.userGroupIds.length === 0;
  return (
    isAuthAsAsked && !isTokenChanged(state) && isSecurityGroupAsAsked(state) && currentDifferences(state).length === 0
  );
}

export function restAfterLook(state: ProvideState, pass: Pass): Outcome {
  const { checked } = state.memory;
  const ageMs = checked === undefined ? 0 : pass.clock.monotonicMs() - checked.atMs;
  // The look that comes after the interval is a full check: a little late, but in step with the others of its place.
  if (ageMs >= state.timing.fullCheckIntervalMs || tokenDueMs(state, pass) === 0) return next;
  return restAsAsked(state, pass);
}

export function beginFullCheck({ memory }: ProvideState): Outcome {
  memory.checked = undefined;
  memory.hasWritten = false;
  memory.phase = undefined;
  memory.change = undefined;
  return next;
}

/** All is as asked. What was just written is checked once more at the next look. */
export function finishFullCheck(state: ProvideState, pass: Pass): Outcome {
  const { memory, generation, asked, ledger } = state;
  const { subnetIds, requests } = asked;
  state.ledger = { ...ledger, handled: { ...ledger.handled, checkNow: requests.checkNow ?? ledger.handled.checkNow } };
  const checked = { generation, subnetIds, ledger: state.ledger, atMs: pass.clock.monotonicMs() };
  if (!memory.hasWritten) memory.checked = checked;
  memory.made = undefined;
  memory.attempts.clear();
  return restAsAsked(state, pass);
}

function restAsAsked(state: ProvideState, pass: Pass): Outcome {
  state.isReady = true;
  state.finding = tokenFinding(state) ?? findingAtRest(state);
  return rest(state, pass, 'all is as asked', tokenDueMs(state, pass));
}

function findingAtRest(state: ProvideState): Finding {
  const { group, members } = state.observed;
  const ongoing = group && ongoingIn(group, members.length > 0 ? members : state.memory.members);
  return ongoing === undefined ? redisReady(state.asked.topology.clusterMode) : underWay(state, ongoing);
}
