import type { Member } from '../../aws/index.ts';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { underWay } from './findings.ts';
import { removalOf } from './memory.ts';
import { isRecordedGroup } from './replication-group.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { waitForAws } from './waiting.ts';

export async function loadMembers(state: ReplicationGroupState): Promise<Outcome> {
  state.observed.members = await state.clients.elastiCache.describeMembers(state.identity.names.group);
  state.memory.members = state.observed.members;
  return next;
}

/**
 * For a deletion: reads the members, once, while there is our recorded group and some part of it has lost its tags. What
 * they use is ours without tags, and would be left behind otherwise.
 */
export async function loadMembersOfUntaggedParts(state: ReplicationGroupState): Promise<Outcome> {
  const { observed, identity } = state;
  const removal = removalOf(state.memory);
  const parts = [`:subnetgroup:${identity.names.group}`, `:parametergroup:${identity.names.group}`, ':security-group/'];
  const arns = [...observed.tags.keys()];
  const isComplete = parts.every((part) => arns.some((arn) => arn.includes(part)));
  if (removal.ownMembers === undefined && !isComplete && isRecordedGroup(state)) {
    removal.ownMembers = await state.clients.elastiCache.describeMembers(identity.names.group);
  }
  observed.members = removal.ownMembers ?? [];
  return next;
}

/** A group may say `available` while a member of it comes or goes; AWS refuses changes until all are there. */
export function waitForMembers(state: ProvideState, pass: Pass): Outcome {
  const laggard = laggardOf(state.observed.group?.memberIds ?? [], state.observed.members);
  if (laggard === undefined) return next;
  state.finding = underWay(state, `ElastiCache is updating: ${laggard}.`);
  return waitForAws(state, pass, 'settling', laggard);
}

function laggardOf(memberIds: readonly string[], members: readonly Member[]): string | undefined {
  if (members.length === 0) return 'no member is visible yet';
  const missing = memberIds.find((id) => !members.some((member) => member.id === id));
  if (missing !== undefined) return `member ${missing} is not visible yet`;
  const busy = members.find((member) => member.status !== 'available');
  return busy && `member ${busy.id} is ${busy.status}`;
}
