import {
  isAlreadyExists,
  isInvalidState,
  isNotFound,
  isOutcomeUnknown,
  orAbsent,
  type ReplicationGroup,
} from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeueDelay } from '../../composed/index.ts';
import { failed, processing } from '../common/finding.ts';
import { wantsAutomaticFailover, wantsMultiAz } from './asked.ts';
import { textFromRecord } from './auth-step.ts';
import { creating, deletingGroup, updating } from './findings.ts';
import { noteAttempt, noteWrite, restBefore } from './memory.ts';
import { descriptionsOf } from './names.ts';
import { ForeignResourceError, instantText, isRecorded, type Ownership, ownershipOfGroup } from './ownership.ts';
import { emptyLedger, type Ledger, type ProvideState, type ReplicationGroupState } from './state.ts';
import { missingTags, tagsOf } from './tags.ts';
import { fingerprintOf } from './token.ts';
import { beginPhase, waitForAws } from './waiting.ts';

const RESOURCE = 'replication group';
/** Lists lag behind what was made a moment ago. */
const JUST_MADE_DELAY_MS = 5_000;
/** Events of a failed creation are as old as the creation at most. */
const EVENT_MINUTES = 60;
const CREATION = 'creation';

/** Asks for one group; whoever waits in the same account and region at this moment shares the answer of one list. */
export async function loadReplicationGroup(state: ReplicationGroupState): Promise<Outcome> {
  const { names } = state.identity;
  state.observed.group = await orAbsent(state.clients.elastiCache.describeReplicationGroup(names.group));
  state.observed.isGroupLoaded = true;
  return next;
}

export function hasReplicationGroup(state: ReplicationGroupState): boolean {
  return state.observed.group !== undefined;
}

export function isCreateFailed(state: ReplicationGroupState): boolean {
  return state.observed.group?.status === 'create-failed';
}

/** Goes on when AWS would take a change, or when there is nothing; comes back later while AWS is at work. */
export function waitForReplicationGroup(state: ProvideState, pass: Pass): Outcome {
  const { group } = state.observed;
  if (group === undefined) return next;
  switch (group.status) {
    case 'available':
    case 'create-failed':
      return next;
    case 'creating':
      return waitForCreation(state, pass, group);
    case 'modifying':
      state.finding = updating();
      return waitForAws(state, pass, 'modifying', 'ElastiCache is updating');
    case 'snapshotting':
      // A backup of AWS's own; the Redis works as before, so what the status says still holds.
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

function waitForCreation(state: ProvideState, pass: Pass, group: ReplicationGroup): Outcome {
  const isKnown = ownershipByRecord(state, group) === 'ours';
  state.finding = isKnown
    ? creating(state.memory.isLost)
    : processing(`A ${RESOURCE} ${group.id} is being created, and AWS does not tell yet whose it is.`);
  return waitForAws(state, pass, 'creating', 'ElastiCache creates the replication group', group.createTime);
}

/** Creates the group: after absence was seen, and after the status has the intent that proves that it is ours. */
export async function createReplicationGroup(state: ProvideState, pass: Pass): Promise<Outcome> {
  const wasLost = state.ledger.arn !== undefined;
  await state.recordLedger(intentOf(state, pass), pass);
  if (wasLost) announceLoss(state);
  try {
    state.observed.group = await state.clients.elastiCache.createReplicationGroup(requestOf(state));
  } catch (error) {
    if (isAlreadyExists(error)) return stopWithRequeueDelay(JUST_MADE_DELAY_MS, 'the replication group exists already');
    // Refused for certain: an intent that led to nothing must not make a stranger's group ours.
    if (!isOutcomeUnknown(error)) state.ledger = { ...state.ledger, createIntent: undefined };
    throw error;
  }
  // What the last group of this name was made of is no news of the new one.
  state.memory.members = [];
  beginPhase(state, pass, 'creating');
  state.finding = creating(state.memory.isLost);
  return waitForAws(state, pass, 'creating', 'ElastiCache creates the replication group');
}

function intentOf({ ledger, asked, observed }: ProvideState, { clock }: Pass): Ledger {
  const attempt = (ledger.createIntent?.attempt ?? 0) + 1;
  const token = asked.authEnabled ? observed.secret?.token : undefined;
  const record = token === undefined ? undefined : ({ phase: 'set', hash: fingerprintOf(token) } as const);
  return {
    ...emptyLedger,
    createIntent: { time: instantText(new Date(clock.now())) ?? '', attempt },
    authTokenHash: textFromRecord(record),
  };
}

function announceLoss(state: ProvideState): void {
  state.memory.isLost = true;
  state.announce({
    type: 'Warning',
    reason: 'DataLost',
    message: `The ${RESOURCE} ${state.identity.names.group} was deleted in AWS and its data is lost; it is created again`,
  });
}

function requestOf({ asked, observed }: ProvideState) {
  return {
    id: asked.names.group,
    description: descriptionsOf(asked.objectName).replicationGroup,
    engine: 'redis',
    engineVersion: asked.engineVersion,
    nodeType: asked.nodeType,
    clusterMode: asked.topology.clusterMode,
    shards: asked.topology.shards,
    replicasPerShard: asked.topology.replicasPerShard,
    automaticFailover: wantsAutomaticFailover(asked.topology),
    multiAz: wantsMultiAz(asked.topology),
    autoMinorVersionUpgrade: asked.autoMinorVersionUpgrade,
    parameterGroupName: asked.names.group,
    subnetGroupName: asked.names.group,
    securityGroupIds: observed.securityGroup === undefined ? [] : [observed.securityGroup.id],
    maintenanceWindow: asked.maintenanceWindow,
    authToken: asked.authEnabled ? observed.secret?.token : undefined,
    tags: asked.tags,
  } as const;
}

/** After a failed creation the next one waits: a minute, doubling to 15. */
export function waitBeforeNextCreation(state: ProvideState, pass: Pass): Outcome {
  const restMs = restBefore(state.memory, CREATION, pass.clock.monotonicMs());
  return restMs > 0 ? stopWithRequeueDelay(restMs, 'the last creation failed') : next;
}

/** Takes down what AWS could not create, with the cause that it tells; the next pass that finds it gone begins anew. */
export async function replaceFailedReplicationGroup(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { group } = state.observed;
  if (group === undefined) return next;
  if (ownershipByRecord(state, group) !== 'ours') throw new ForeignResourceError(RESOURCE, group.id);
  const cause = await causeOfFailure(state, group);
  const message = `ElastiCache could not create the replication group (create-failed)${cause && `: ${cause}`}`;
  state.finding = failed('CloudProviderError', message);
  state.announce({ type: 'Warning', reason: 'CreateFailed', message });
  // Counted twice, so that already the second attempt waits.
  if (!state.memory.attempts.has(CREATION)) noteAttempt(state.memory, CREATION, pass.clock.monotonicMs());
  noteAttempt(state.memory, CREATION, pass.clock.monotonicMs());
  await state.clients.elastiCache.deleteReplicationGroup(group.id);
  state.ledger = emptyLedger;
  beginPhase(state, pass, 'deleting');
  return waitForAws(state, pass, 'deleting', 'ElastiCache deletes the failed replication group');
}

async function causeOfFailure({ clients }: ProvideState, group: ReplicationGroup): Promise<string> {
  const events = await clients.elastiCache.describeEvents('replication-group', group.id, EVENT_MINUTES);
  return events.at(-1)?.message ?? '';
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
  const missing = missingTags(state.identity.tags, tags);
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
  if (group.status === 'deleting') return waitForAws(state, pass, 'deleting', 'ElastiCache deletes the group');
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
  return waitForAws(state, pass, 'deleting', 'ElastiCache deletes the group');
}

async function ownershipForDeletion(state: ReplicationGroupState, group: ReplicationGroup): Promise<Ownership> {
  if (group.status === 'create-failed') return ownershipByRecord(state, group);
  const tags = await tagsOf(state, group.arn);
  return ownershipOfGroup(group, tags, state.identity.identifyingTags, recordOf(state.ledger));
}

function ownershipByRecord(state: ReplicationGroupState, group: ReplicationGroup): Ownership {
  return ownershipOfGroup(group, undefined, state.identity.identifyingTags, recordOf(state.ledger));
}

function recordOf({ arn, createTime, createIntent }: Ledger) {
  return { arn, createTime, intentTime: createIntent?.time };
}
