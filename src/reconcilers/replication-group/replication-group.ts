import { isInvalidState, isNotFound, orAbsent, type ReplicationGroup } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import { processing } from '../common/finding.ts';
import { missingTexts } from '../../util/missing-texts.ts';
import { creating, deletingGroup, underWay } from './findings.ts';
import type { Ledger } from './ledger.ts';
import { modifyingMessage, SNAPSHOT } from './maintenance.ts';
import { CREATION, noteWrite, removalOf } from './memory.ts';
import {
  ForeignResourceError,
  instantText,
  isRecorded,
  type Ownership,
  ownershipByTags,
  ownershipOfGroup,
} from './ownership.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { tagsOf } from './tags.ts';
import { tokenFinding } from './token-finding.ts';
import { beginPhase, waitForAws } from './waiting.ts';

export const RESOURCE = 'replication group';

/**
 * Whether nothing was asked of AWS yet, as far as anybody knows. Then there are no parts, as a rule; and if there are, AWS
 * says that their names are taken, and the next attempt looks. So hundreds of new objects do not ask for what is not there.
 */
export function isNew({ ledger, memory }: ReplicationGroupState): boolean {
  return !memory.mayHaveParts && ledger.arn === undefined && ledger.createIntent === undefined;
}

/**
 * Asks for one group; whoever waits in the same account and region at this moment shares the answer of one list.
 *
 * Its absence from the list is enough for a new one: the create of a name that is taken fails.
 */
export async function loadReplicationGroup(state: ReplicationGroupState): Promise<Outcome> {
  return load(state, isNew(state));
}

/**
 * As {@link loadReplicationGroup}, for a deletion. Lists show a group that was seen available. That it is gone gets
 * confirmed before the deletion ends; until then AWS itself keeps what a living group uses.
 */
export async function loadReplicationGroupToDelete(state: ReplicationGroupState): Promise<Outcome> {
  const { arn, createIntent } = state.ledger;
  return load(state, arn !== undefined && createIntent === undefined);
}

async function load({ clients, identity, observed }: ReplicationGroupState, isListEnough: boolean): Promise<Outcome> {
  const { elastiCache } = clients;
  const id = identity.names.group;
  observed.group = isListEnough
    ? await elastiCache.findReplicationGroup(id)
    : await orAbsent(elastiCache.describeReplicationGroup(id));
  observed.isGroupLoaded = true;
  return next;
}

/**
 * The last word of a deletion. AWS keeps a subnet group as long as a replication group stands in it, and ours have no
 * other: when AWS let it go, or has none, the group is gone as surely as if it were asked for by name.
 */
export async function confirmReplicationGroupGone(state: ReplicationGroupState): Promise<Outcome> {
  const { clients, identity, memory, observed } = state;
  // A group that is there still is not ours.
  if (removalOf(memory).isGroupDisproved || observed.group !== undefined) return next;
  const found = await orAbsent(clients.elastiCache.describeReplicationGroup(identity.names.group));
  return found === undefined ? next : stopWithRequeue('the replication group exists, though a list did not show it');
}

export function hasReplicationGroup(state: ReplicationGroupState): boolean {
  return state.observed.group !== undefined;
}

/** Goes on when AWS would take a change, or when there is nothing; comes back later while AWS is at work. */
export async function waitForReplicationGroup(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { group } = state.observed;
  if (group === undefined) return next;
  switch (group.status) {
    case 'available':
    case 'create-failed':
      return next;
    case 'creating':
      return waitForCreation(state, pass, group);
    case 'modifying':
      return waitForModification(state, pass, group);
    case 'snapshotting':
      // A backup of AWS's own; the Redis works as before, so what the status says still holds.
      if (state.isReady) state.finding = underWay(state, SNAPSHOT);
      return waitForAws(state, pass, 'snapshotting', 'ElastiCache takes a snapshot');
    case 'deleting':
      if (!state.memory.attempts.has(CREATION)) {
        state.finding = processing('The replication group is being deleted in AWS; it will be created again.');
      }
      return waitForAws(state, pass, 'deleting', 'ElastiCache deletes the replication group');
    default:
      state.finding = processing(`The replication group is ${group.status}.`);
      return waitForAws(state, pass, 'settling', `the replication group is ${group.status}`);
  }
}

async function waitForModification(state: ProvideState, pass: Pass, group: ReplicationGroup): Promise<Outcome> {
  const { memory, clients, identity } = state;
  // It may be another one afterwards, in what only the full check reads.
  memory.checked = undefined;
  state.finding = tokenFinding(state);
  if (state.finding === undefined) {
    const isNews = memory.phase?.name !== 'modifying' && memory.change === undefined;
    // What AWS does to nodes only they tell; once is enough.
    if (isNews && state.isReady) memory.members = await clients.elastiCache.describeMembers(identity.names.group);
    state.finding = underWay(state, memory.change ?? modifyingMessage(state, group));
  }
  return waitForAws(state, pass, 'modifying', 'ElastiCache is updating');
}

function waitForCreation(state: ProvideState, pass: Pass, group: ReplicationGroup): Outcome {
  const isKnown = ownershipByRecord(state, group) === 'ours';
  state.finding = isKnown
    ? creating(state.memory.isLost)
    : processing(`A ${RESOURCE} ${group.id} is being created, and AWS does not tell yet whose it is.`);
  return waitForAws(state, pass, 'creating', 'ElastiCache creates the replication group', group.createTime);
}

/** Proves that the group is ours, puts lost tags back, and records ARN and creation time as the proof from now on. */
export async function ensureOwnReplicationGroup(state: ProvideState): Promise<Outcome> {
  const { group } = state.observed;
  if (group === undefined) return next;
  const tags = await tagsOf(state, group.arn);
  const { identifyingTags } = state.identity;
  if (ownershipOfGroup(group, tags, identifyingTags, recordOf(state.ledger)) !== 'ours') {
    throw new ForeignResourceError(RESOURCE, group.id);
  }
  const missing = missingTexts(state.identity.tags, tags);
  if (Object.keys(missing).length > 0) {
    await state.clients.elastiCache.addTags(group.arn, missing);
    noteWrite(state.memory);
  }
  state.memory.attempts.delete(CREATION);
  state.memory.isLost = false;
  const createTime = instantText(group.createTime);
  state.ledger = { ...state.ledger, arn: group.arn, createTime, createIntent: undefined };
  return next;
}

/**
 * Records a group that is ours by its tags although the status does not say so. While AWS does not tell the tags it waits:
 * what would be taken down in the belief that there is no group of ours cannot be had back.
 */
export async function recordOwnReplicationGroup(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const group = await orAbsent(state.clients.elastiCache.describeReplicationGroup(state.identity.names.group));
  if (group === undefined || group.status === 'deleting' || group.status === 'create-failed') return next;
  if (group.status === 'creating') {
    return waitForAws(state, pass, 'creating', 'AWS does not tell yet whose the group is', group.createTime);
  }
  if (group.status !== 'available') return waitForAws(state, pass, 'settling', 'AWS does not tell whose the group is');
  const tags = await tagsOf(state, group.arn);
  if (ownershipByTags(tags, state.identity.identifyingTags) !== 'ours') return next;
  state.ledger = { ...state.ledger, arn: group.arn, createTime: instantText(group.createTime) };
  return next;
}

/** Whether it is the very group that was proven ours before. */
export function isRecordedGroup(state: ReplicationGroupState): boolean {
  const { group } = state.observed;
  return group !== undefined && isRecorded(group, recordOf(state.ledger));
}

/** Deletes the group when AWS lets it go, and waits until it is gone. A foreign one is left as it is. */
export async function deleteReplicationGroup(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const { group } = state.observed;
  if (group === undefined) return next;
  state.finding = deletingGroup;
  if (group.status === 'deleting') return waitForDeletion(state, pass);
  if (group.status === 'creating') return waitForAws(state, pass, 'creating', 'it is creating', group.createTime);
  if (group.status !== 'available' && group.status !== 'create-failed') {
    return waitForAws(state, pass, 'modifying', `it is ${group.status}, which has to end before it can be deleted`);
  }
  if ((await ownershipForDeletion(state, group)) !== 'ours') {
    pass.log.info({ resource: RESOURCE, id: group.id }, 'Foreign resource left as it is');
    return next;
  }
  return requestDeletion(state, pass, group);
}

async function requestDeletion(state: ReplicationGroupState, pass: Pass, group: ReplicationGroup): Promise<Outcome> {
  try {
    await state.clients.elastiCache.deleteReplicationGroup(group.id);
  } catch (error) {
    if (isNotFound(error)) return next;
    // It went into another state since it was looked at.
    if (isInvalidState(error)) return waitForAws(state, pass, 'settling', 'AWS does not let the group go yet');
    throw error;
  }
  beginPhase(state, pass, 'deleting');
  return waitForDeletion(state, pass);
}

function waitForDeletion(state: ReplicationGroupState, pass: Pass): Outcome {
  removalOf(state.memory).hasSeenGroupGo = true;
  return waitForAws(state, pass, 'deleting', 'ElastiCache deletes the group');
}

async function ownershipForDeletion(state: ReplicationGroupState, group: ReplicationGroup): Promise<Ownership> {
  if (group.status === 'create-failed') return ownershipByRecord(state, group);
  const tags = await tagsOf(state, group.arn);
  return ownershipOfGroup(group, tags, state.identity.identifyingTags, recordOf(state.ledger));
}

/** Whose the group is, as long as AWS does not tell its tags. */
export function ownershipByRecord(state: ReplicationGroupState, group: ReplicationGroup): Ownership {
  return ownershipOfGroup(group, undefined, state.identity.identifyingTags, recordOf(state.ledger));
}

function recordOf({ arn, createTime, createIntent }: Ledger) {
  return { arn, createTime, intentTime: createIntent?.time };
}
