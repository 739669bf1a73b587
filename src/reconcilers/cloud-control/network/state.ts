import { type Network, networkKind, type NetworkStatus } from '../../../api/cloud-control/v1beta1/network.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import { createObjectState, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf, type StatedStatus } from '../../common/status.ts';
import type { VpcReference } from './reference.ts';

export interface NetworkState extends ObjectState<Network> {
  /** What it stands for, as it is known so far in the pass. */
  reference: VpcReference | undefined;
}

export interface ScopedState extends NetworkState {
  readonly scope: Scope;
}

export function createNetworkState(object: Network, cluster: ClusterAccess): NetworkState {
  return { ...createObjectState(networkKind, object, cluster), reference: object.status?.network?.aws };
}

export function statusOf(state: NetworkState): StatedStatus & Pick<NetworkStatus, 'networkType' | 'network'> {
  return {
    ...state.object.status,
    networkType: state.object.spec.type,
    ...(state.reference && { network: { aws: state.reference } }),
    ...commonStatusOf(state.object, state.finding),
  };
}
