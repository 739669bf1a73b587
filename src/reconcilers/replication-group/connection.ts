import type { Endpoint, ReplicationGroup } from '../../aws/index.ts';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { instantText, timeText } from './ownership.ts';
import type { ProvideState } from './state.ts';
import { fingerprintOf } from './token.ts';
import { tokenMessage } from './token-finding.ts';
import { progressOf, type TokenRecord } from './token-record.ts';

/** Where clients begin: the configuration endpoint with cluster mode on, the primary's without. */
function endpointOf(group: ReplicationGroup): Endpoint | undefined {
  return group.configurationEndpoint ?? group.nodeGroups[0]?.primaryEndpoint;
}

/**
 * Publishes endpoint and token, the token only while it is valid in AWS. It comes before `ensureAuth`: after a rotation
 * clients can read the new token long before AWS is told to take no other.
 */
export async function ensureConnection(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { group } = state.observed;
  const endpoint = group && endpointOf(group);
  const authString = group && validAuthString(state, group);
  if (endpoint === undefined || authString === undefined) return next;
  await state.publish({ endpoint, authString }, pass);
  notePublication(state, pass);
  return next;
}

/** Undefined while neither a token that we know nor its absence would let a client in for sure. */
function validAuthString(state: ProvideState, group: ReplicationGroup): string | undefined {
  if (!group.authTokenEnabled) return '';
  const { authToken } = state.ledger;
  if (authToken === undefined || !isTakenIn(state, group, authToken)) return undefined;
  return tokenOf(state, authToken);
}

function isTakenIn({ nowMs, timing }: ProvideState, group: ReplicationGroup, record: TokenRecord): boolean {
  return record.phase !== 'Rotating' || progressOf(record, group, { nowMs, waitScale: timing.waitScale }) === 'done';
}

/** The token that the record is about, where it can still be read. */
function tokenOf({ observed }: ProvideState, { hash }: TokenRecord): string | undefined {
  const token = observed.secret?.token;
  return token !== undefined && fingerprintOf(token) === hash ? token : observed.tokenBefore;
}

/** From now on clients read the new token, and the time runs that they have for it. */
function notePublication(state: ProvideState, { clock }: Pass): void {
  const { authToken } = state.ledger;
  if (authToken?.phase !== 'Rotating' || state.observed.group?.authTokenEnabled !== true) return;
  const since = timeText(clock.now());
  const { publishedAt = since } = authToken;
  const modified = instantText(state.observed.group.authTokenLastModified);
  const published = { ...authToken, phase: 'Published', since, publishedAt, modified, accepted: false } as const;
  state.ledger = { ...state.ledger, authToken: published };
  if (authToken.publishedAt !== undefined) return;
  const message = tokenMessage(published, state.timing.tokenGraceMs);
  state.announce({ type: 'Normal', reason: 'AuthTokenPublished', message });
}
