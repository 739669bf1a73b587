/**
 * How a replication group comes to be: the intent in the status first, then the create. What AWS fails to create is taken
 * down, with the cause that AWS tells, and tried again ever less often; what was lost is made again, and people are told.
 */
import { isAlreadyExists, isOutcomeUnknown, type ReplicationGroup } from '../../aws/index.ts';
import { sanitize } from '../../aws/translate.ts';
import { next, type Outcome, type Pass, stopWithRequeueDelay } from '../../composed/index.ts';
import { failed } from '../common/finding.ts';
import { type Requests, wantsAutomaticFailover, wantsMultiAz } from './asked.ts';
import { creating } from './findings.ts';
import { emptyLedger, type Ledger } from './ledger.ts';
import { CREATION, type MadeParts, noteAttempt, restBefore } from './memory.ts';
import { descriptionsOf } from './names.ts';
import { ForeignResourceError, timeText } from './ownership.ts';
import { parametersInTheEnd } from './parameter-plan.ts';
import { ownershipByRecord, RESOURCE } from './replication-group.ts';
import { type ObservedSecret, type ProvideState, type ReplicationGroupState } from './state.ts';
import { fingerprintOf } from './token.ts';
import type { TokenRecord } from './token-record.ts';
import { beginPhase, waitForAws } from './waiting.ts';

/** Lists lag behind what was made a moment ago. */
const JUST_MADE_DELAY_MS = 5_000;
/** Events of a failed creation are as old as the creation at most. */
const EVENT_MINUTES = 60;

export function beginMaking({ memory }: ProvideState): Outcome {
  memory.mayHaveParts = true;
  memory.made = undefined;
  return next;
}

export function isCreateFailed(state: ReplicationGroupState): boolean {
  return state.observed.group?.status === 'create-failed';
}

/** Creates the group: after absence was seen, and after the status has the intent that proves that it is ours. */
export async function createReplicationGroup(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { createIntent: intentBefore, arn } = state.ledger;
  const wasLost = arn !== undefined;
  await state.recordLedger(intentOf(state, pass), pass);
  if (wasLost) announceLoss(state);
  try {
    state.observed.group = await state.clients.elastiCache.createReplicationGroup(requestOf(state));
  } catch (error) {
    // Refused for certain: an intent that led to nothing must not make a stranger's group ours.
    if (!isOutcomeUnknown(error)) state.ledger = { ...state.ledger, createIntent: undefined };
    if (!isAlreadyExists(error)) throw error;
    // It may be what an earlier intent made; then that one proves it.
    state.ledger = { ...state.ledger, createIntent: intentBefore };
    return stopWithRequeueDelay(JUST_MADE_DELAY_MS, 'the replication group exists already');
  }
  // What the last group of this name was made of is no news of the new one.
  state.memory.members = [];
  beginPhase(state, pass, 'creating');
  state.memory.made = madeParts(state);
  state.finding = creating(state.memory.isLost);
  state.announce({ type: 'Normal', reason: 'Creating', message: state.finding.message });
  return waitForAws(state, pass, 'creating', 'ElastiCache creates the replication group');
}

function intentOf({ ledger, asked, observed }: ProvideState, { clock }: Pass): Ledger {
  const { arn } = ledger;
  const attempt = (ledger.createIntent?.attempt ?? 0) + 1;
  const time = timeText(clock.now());
  const secret = asked.authEnabled ? observed.secret : undefined;
  return {
    ...emptyLedger,
    createIntent: { time, attempt },
    authToken: firstToken(secret, time, ledger.authToken),
    handled: arn === undefined ? withNewToken(ledger.handled, asked.requests) : ledger.handled,
  };
}

/** A group that is made again has the token that its clients know. */
function firstToken(
  secret: ObservedSecret | undefined,
  since: string,
  before: TokenRecord | undefined,
): TokenRecord | undefined {
  if (secret?.token === undefined) return undefined;
  const { token, version } = secret;
  const hash = fingerprintOf(token);
  const publishedAt = (before?.hash === hash ? before.publishedAt : undefined) ?? since;
  return { phase: 'Settled', since, publishedAt, hash, version, modified: undefined, accepted: false, open: false };
}

/** A token that nobody has had before needs no rotation. */
function withNewToken(handled: Requests, { rotateToken }: Requests): Requests {
  return rotateToken === undefined ? handled : { ...handled, rotateToken };
}

function madeParts({ asked, observed }: ProvideState): MadeParts {
  const { subnetGroup, mainParameterGroup, securityGroup } = observed;
  const parameters = parametersInTheEnd(asked.parameters, asked.topology.clusterMode);
  return { subnetGroup, mainParameterGroup, securityGroup, parameters };
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
export async function replaceFailedReplicationGroup(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
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
  state.ledger = { ...emptyLedger, handled: state.ledger.handled };
  beginPhase(state, pass, 'deleting');
  return waitForAws(state, pass, 'deleting', 'ElastiCache deletes the failed replication group');
}

/** What AWS writes freely may name accounts and keys, which a status does not show. */
async function causeOfFailure({ clients }: ReplicationGroupState, group: ReplicationGroup): Promise<string> {
  const events = await clients.elastiCache.describeEvents('replication-group', group.id, EVENT_MINUTES);
  return sanitize(events.at(-1)?.message ?? '', []);
}
