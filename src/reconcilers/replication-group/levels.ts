/**
 * How closely to look (see docs/adr/0006).
 *
 * *Look*: the group and the security group, both from lists that all objects of the account and region share. *Full
 * check*: everything. It is due at the start of the process, after a change of the specification or of the IpRange's
 * subnets, after every write of ours, after six hours, and whenever a look finds something that is not as asked. The first one of a group takes its
 * parts as they were when it was made of them, minutes ago and by this process.
 */
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { redisReady } from './findings.ts';
import { isRecordedGroup } from './replication-group.ts';
import { isSecurityGroupAsAsked } from './security-group.ts';
import { isTokenChanged } from './auth.ts';
import { currentDifferences } from './settings.ts';
import { hasSameMembers } from './subnet-group.ts';
import type { ProvideState } from './state.ts';
import { rest } from './waiting.ts';

export function isLookEnough(state: ProvideState): boolean {
  const { checked } = state.memory;
  if (checked === undefined || checked.generation !== state.generation) return false;
  return hasSameMembers(checked.subnetIds, state.asked.subnetIds) && isRecordedGroup(state);
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
  if (ageMs >= state.timing.fullCheckIntervalMs) return next;
  state.finding = redisReady(state.asked.topology.clusterMode);
  return rest(state, pass, 'all is as asked');
}

export function beginFullCheck({ memory }: ProvideState): Outcome {
  memory.checked = undefined;
  memory.hasWritten = false;
  memory.phase = undefined;
  return next;
}

/** All is as asked. What was just written is checked once more at the next look. */
export function finishFullCheck(state: ProvideState, pass: Pass): Outcome {
  const { memory, generation, asked } = state;
  const { subnetIds } = asked;
  if (!memory.hasWritten) memory.checked = { generation, subnetIds, atMs: pass.clock.monotonicMs() };
  memory.made = undefined;
  memory.attempts.clear();
  state.finding = redisReady(state.asked.topology.clusterMode);
  return rest(state, pass, 'all is as asked');
}
