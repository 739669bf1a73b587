import { type Subscription, subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { named, type StateFactory, type Stop } from '../../../composed/index.ts';
import { findDependency, type FoundDependency, missingDependency } from '../../common/dependency.ts';
import { enriched, isObjectBeingDeleted } from '../../common/object-state.ts';
import { type Place, stopElsewhere } from '../../common/place.ts';
import type { AccountState, VpcNetworkDeps, VpcNetworkState } from './state.ts';

/**
 * Loads the Subscription; with it the pass knows in which account it works. It has to be ready, except for a deletion: what
 * was made has to go also while, say, the account is not entered for a moment.
 */
export function loadSubscription({
  targetIn,
}: Pick<VpcNetworkDeps, 'targetIn'>): StateFactory<VpcNetworkState, AccountState> {
  return named('loadSubscription', (state: VpcNetworkState) => {
    const { spec } = state.object;
    const found = isObjectBeingDeleted(state)
      ? subscriptionWhateverItsState(state)
      : findDependency(state, subscriptionKind, spec.subscription);
    if ('stop' in found) return found.stop;
    const target = targetIn(found.dependency.spec.details.aws.account, spec.region);
    return stopOutOfSight(state, target) ?? enriched(state, { target });
  });
}

function subscriptionWhateverItsState(state: VpcNetworkState): FoundDependency<Subscription> {
  const { metadata, spec } = state.object;
  const dependency = subscriptionOf(state);
  if (dependency !== undefined) return { dependency };
  const called = `Subscription ${metadata.namespace ?? ''}/${spec.subscription}`;
  return { stop: missingDependency(state, `${called} does not exist: without it the account is not known`) };
}

function subscriptionOf({ cluster, object }: VpcNetworkState) {
  return cluster.get(subscriptionKind, object.metadata.namespace ?? '', object.spec.subscription);
}

/** Whether anything of the object may be in AWS; without its Subscription nothing was ever made, or it is recorded. */
export function mayHaveParts(state: VpcNetworkState): boolean {
  return isRecorded(state) || subscriptionOf(state) !== undefined;
}

function isRecorded({ facts: { ids, creating } }: VpcNetworkState): boolean {
  return creating.length > 0 || [ids.vpc, ids.internetGateway, ids.dhcpOptions].some((id) => id !== undefined);
}

/** Stops where what is recorded is out of sight; see common/place.ts. */
function stopOutOfSight(state: VpcNetworkState, now: Place): Stop | undefined {
  const { metadata, spec } = state.object;
  const { accountId } = state.facts;
  const recorded = accountId !== undefined && isRecorded(state) ? { accountId, region: spec.region } : undefined;
  const by = `Subscription ${metadata.namespace ?? ''}/${spec.subscription}`;
  return stopElsewhere(state, { what: 'The VPC', recorded, by, now });
}
