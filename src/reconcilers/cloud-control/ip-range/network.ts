/**
 * Which VPC takes the range: that of the Network or VpcNetwork that the object names, or else that of its Scope. What the
 * object stands in already is not asked here; a deletion needs neither of them.
 */
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { type Entered, type StateFactory, type Stop, stopAndForget } from '../../../composed/index.ts';
import { findDependency, stopUntilTold } from '../../common/dependency.ts';
import { failed, processing } from '../../common/finding.ts';
import { indexValueOf, networkNameOf } from '../../common/indexes.ts';
import { enriched } from '../../common/object-state.ts';
import { isReady } from '../../common/status.ts';
import type { VpcName } from '../../common/vpc/find-vpc.ts';
import type { AwsState, NetworkState } from './state.ts';

export const loadNetwork: StateFactory<AwsState, NetworkState> = function loadNetwork(state) {
  const { vpcNetwork } = state.object.spec;
  return vpcNetwork === undefined ? fromNetwork(state) : fromVpcNetwork(state, vpcNetwork.name);
};

type Loaded = Entered<NetworkState> | Stop;

function fromNetwork(state: AwsState): Loaded {
  const { object, cluster } = state;
  const name = networkNameOf(object);
  const isThere = cluster.get(networkKind, object.metadata.namespace ?? '', name) !== undefined;
  const isBeingMade = !isThere && object.spec.network === undefined && isReady(object);
  if (isBeingMade) return stopAndForget('the Network of the Scope is being made');
  const found = findDependency(state, networkKind, name);
  if ('stop' in found) return found.stop;
  const by = `Network ${indexValueOf(found.dependency)}`;
  const reference = found.dependency.status?.network?.aws;
  if (reference === undefined) return stopUntilTold(state, `${by} does not show its VPC yet`);
  const called = { id: reference.vpcId, name: reference.networkName };
  return within(state, { by, called, accountId: reference.awsAccountId, region: reference.region });
}

function fromVpcNetwork(state: AwsState, name: string): Loaded {
  const { cluster } = state;
  const { namespace = '' } = state.object.metadata;
  const found = findDependency(state, vpcNetworkKind, name);
  if ('stop' in found) return found.stop;
  const { spec, status } = found.dependency;
  const by = `VpcNetwork ${indexValueOf(found.dependency)}`;
  const accountId = cluster.get(subscriptionKind, namespace, spec.subscription)?.spec.details.aws.account;
  if (accountId === undefined) {
    return stopUntilTold(state, `Subscription ${namespace}/${spec.subscription} of ${by} does not exist`);
  }
  const id = status?.identifiers?.vpc;
  if (id !== undefined) return within(state, { by, called: { id }, accountId, region: spec.region });
  // Told also by an object that is ready: a VPC of others may not be found any more, or one that is going be gone.
  state.finding = processing(`${by} has no VPC`, 'WaitingDependency');
  return stopAndForget('the VpcNetwork has no VPC');
}

interface Place {
  readonly by: string;
  readonly called: VpcName;
  readonly accountId: string;
  readonly region: string;
}

/** The work is done with the role of the Scope, and where that is valid. */
function within(state: AwsState, { by, called, accountId, region }: Place): Loaded {
  const { target } = state;
  if (accountId === target.accountId && region === target.region) return enriched(state, { network: { by, called } });
  const message =
    `${by} is in AWS account ${accountId}, region ${region}, but the Scope in account ${target.accountId}, region ` +
    `${target.region}: name one that is where the Scope is`;
  state.finding = failed('ReasonInvalidDependency', message);
  return stopAndForget('the VPC is not where the Scope is');
}
