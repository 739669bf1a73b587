import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { PEERING_CODES, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { type AwsVpcPeering, awsVpcPeeringKind } from '../../../api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import { type Action, branch, enter, type Outcome, sequence, stopAndForget } from '../../../composed/index.ts';
import type { Controller, StatusInput } from '../../../runtime/index.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { commonStatusOf } from '../../common/status.ts';
import { ensureCounterpart } from '../common/counterpart.ts';
import { deleteCounterparts } from '../common/counterpart-deletion.ts';
import { findingOf } from '../common/counterpart-finding.ts';
import type { OrphanDeps } from '../common/orphans.ts';
import { userController } from '../common/user-controller.ts';
import { type InScope, loadClusterScope } from '../common/user-object.ts';
import { peering, type PeeringState, remoteNetwork, type StartState } from './counterparts.ts';

/** A peering of the VPC of the cluster: in the control plane a Network for the remote VPC, and a VpcPeering with it. */
export const reconcileAwsVpcPeering: Action<StartState> = enter(
  loadClusterScope<AwsVpcPeering, StartState>(),
  branch<PeeringState>(
    isObjectBeingDeleted,
    sequence<InScope<AwsVpcPeering>>(
      'delete',
      deleteCounterparts(vpcPeeringKind),
      deleteCounterparts(networkKind),
      deleteFinalizer(),
    ),
    sequence<PeeringState>(
      'provide',
      ensureFinalizer(),
      ensureCounterpart(remoteNetwork),
      ensureCounterpart(peering),
      tellPeering,
    ),
  ),
);

/** Nothing is waited for here: what the control plane finds out begins the next pass. */
function tellPeering(state: PeeringState): Outcome {
  state.finding = findingOf(state, { isMade: ({ status }) => status?.state === 'active' });
  return stopAndForget('the control plane knows what is asked');
}

/** As upstream has it, the state is the code of the connection in AWS, as soon as there is one. */
export function statusOf({ object, finding, counterpart }: StartState): StatusInput {
  const code = PEERING_CODES.find((code) => code === counterpart?.status?.state);
  const told = commonStatusOf(object, finding);
  return { ...object.status, ...told, ...(code !== undefined && { state: code }) };
}

/** The controller of AwsVpcPeerings, in all clusters of users. */
export function awsVpcPeeringController(deps: OrphanDeps, workers: number): Controller {
  return userController<AwsVpcPeering, StartState>(
    {
      kind: awsVpcPeeringKind,
      workers,
      createState: (base) => Object.assign(base, { counterpart: undefined }),
      pipeline: reconcileAwsVpcPeering,
      statusOf,
    },
    deps,
  );
}
