import type { Endpoint, ReplicationGroup } from '../../aws/index.ts';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { recordFromText } from './auth-step.ts';
import type { ProvideState } from './state.ts';
import { fingerprintOf } from './token.ts';

/** Where clients begin: the configuration endpoint with cluster mode on, the primary's without. */
function endpointOf(group: ReplicationGroup): Endpoint | undefined {
  return group.configurationEndpoint ?? group.nodeGroups[0]?.primaryEndpoint;
}

/**
 * Publishes endpoint and token, the token only while it is valid in AWS. It comes before {@link ensureAuth}: after a
 * rotation clients can read the new token before AWS is told to take no other.
 */
export async function ensureConnection(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { group } = state.observed;
  const endpoint = group && endpointOf(group);
  const authString = validAuthString(state);
  if (endpoint !== undefined && authString !== undefined) await state.publish({ endpoint, authString }, pass);
  return next;
}

/** Undefined while neither the token nor its absence would let a client in for sure. */
function validAuthString({ observed, ledger }: ProvideState): string | undefined {
  if (observed.group?.authTokenEnabled !== true) return '';
  const token = observed.secret?.token;
  if (token === undefined) return undefined;
  return recordFromText(ledger.authTokenHash)?.hash === fingerprintOf(token) ? token : undefined;
}
