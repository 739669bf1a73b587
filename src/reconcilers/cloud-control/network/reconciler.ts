import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type VpcPeering, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { type Action, branch, enter, next, type Outcome, sequence, stopAndForget } from '../../../composed/index.ts';
import { finalizerPermissions, type NamespacedName } from '../../../kube/index.ts';
import { controller, type Controller, watching } from '../../../runtime/index.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { failed, ready } from '../../common/finding.ts';
import {
  LOCAL_NETWORK_INDEX,
  NETWORK_INDEX,
  networkKey,
  networkNameOf,
  referredVpcIndexValues,
  REMOTE_INDEX,
  remoteIndexValues,
  REMOTE_NETWORK_INDEX,
  SCOPE_INDEX,
  scopeIndexValues,
  VPC_INDEX,
} from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reconcileObject } from '../../common/runtime-cluster.ts';
import { heldBackAt, heldBackBy, watchingScope } from '../../common/watches.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { referenceOf } from './reference.ts';
import { deleteWithoutScope, loadScope } from './scope.ts';
import { createNetworkState, type NetworkState, type ScopedState, statusOf } from './state.ts';

const USERS = [
  { kind: ipRangeKind, index: NETWORK_INDEX },
  { kind: vpcPeeringKind, index: LOCAL_NETWORK_INDEX },
  { kind: vpcPeeringKind, index: REMOTE_NETWORK_INDEX },
];

/** A name for a VPC. Nothing is made, and AWS is not asked: who uses the Network finds out what is there. */
export const reconcileNetwork: Action<NetworkState> = branch(
  isObjectBeingDeleted,
  sequence('delete', keepReference, refuseWhileUsed(USERS), deleteFinalizer()),
  sequence('fillIn', deleteWithoutScope, ensureFinalizer(), enter(loadScope, fillIn)),
);

/** One that cannot go yet serves those who use it: its deletion may have been asked for before it was looked at. */
function keepReference(state: NetworkState): Outcome {
  const { metadata, spec } = state.object;
  const scope = state.cluster.get(scopeKind, metadata.namespace ?? '', spec.scope.name);
  if (scope !== undefined) state.reference = referenceOf(state.object, scope);
  return next;
}

/** No time is set for the next pass: the Scope wakes the Network, and nothing else can change what it says. */
function fillIn(state: ScopedState): Outcome {
  state.reference = referenceOf(state.object, state.scope);
  state.finding =
    state.reference === undefined
      ? failed('InvalidSpec', 'managed networks do not exist on AWS; refer to a VPC with reference.aws.')
      : ready(isFound(state) ? 'Ready' : 'not looked up: the VPC is found when it is used');
  return stopAndForget('filled in');
}

/** Whether the VPC is one that the Scope has seen in AWS. */
function isFound({ reference, scope }: ScopedState): boolean {
  return reference?.vpcId !== undefined && reference.vpcId === scope.status?.vpcId;
}

function networksOf(peering: VpcPeering): readonly NamespacedName[] {
  const { localNetwork, remoteNetwork } = peering.spec.details ?? {};
  return [localNetwork, remoteNetwork].flatMap((ref) => (ref === undefined ? [] : [networkKey(peering, ref)]));
}

/** A Network is woken by its Scope, and by those who hold up its deletion. */
export function networkController(workers: number): Controller {
  return controller<Network>({
    kind: networkKind,
    workers,
    indexes: {
      [SCOPE_INDEX]: scopeIndexValues,
      [VPC_INDEX]: referredVpcIndexValues,
      [REMOTE_INDEX]: remoteIndexValues,
    },
    watches: [
      watchingScope(networkKind),
      watching(ipRangeKind, heldBackBy(networkKind, networkNameOf)),
      watching(vpcPeeringKind, heldBackAt(networkKind, networksOf)),
    ],
    permissions: [
      finalizerPermissions(networkKind),
      { kind: networkKind, verbs: ['delete'] },
      { kind: scopeKind, verbs: ['get'] },
    ],
    reconcile: reconcileObject({ createState: createNetworkState, pipeline: reconcileNetwork, statusOf }),
  });
}
