import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type VpcPeering, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { type Action, branch, enter, named, next, not, sequence, when } from '../../../composed/index.ts';
import { finalizerPermissions } from '../../../kube/index.ts';
import { controller, type Controller, referringBy, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { loadScope } from '../../common/focal-state.ts';
import {
  LOCAL_NETWORK_INDEX,
  localNetworkIndexValues,
  peeredVpcIndexValues,
  REMOTE_INDEX,
  remoteIndexValues,
  REMOTE_NETWORK_INDEX,
  remoteNetworkIndexValues,
  SCOPE_INDEX,
  scopeIndexValues,
  VPC_INDEX,
} from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reconcileObject } from '../../common/runtime-cluster.ts';
import { watchingScope } from '../../common/watches.ts';
import { ensureLocalTags, ensureRemoteTags } from './connection-tags.ts';
import { ensureLocalDnsResolution, ensureRemoteDnsResolution } from './dns-resolution.ts';
import { loadAsked } from './networks.ts';
import { acceptPeering } from './peering-acceptance.ts';
import {
  deleteConnections,
  isAwaitingEnd,
  loadConnection,
  loadOwnConnections,
  needs,
  waitForConnection,
  waitForNewConnection,
} from './peering-connection.ts';
import { requestPeering } from './peering-request.ts';
import { reportPeering } from './report.ts';
import {
  deleteLocalRoutes,
  deleteRemoteRoutes,
  ensureLocalRoutes,
  ensureRemoteRoutes,
  isRemoteToBeCleared,
  reportLeftRoutes,
} from './routes.ts';
import { hasRequested, openRecordedSides, openSides } from './sides.ts';
import {
  type ConnectionState,
  createPeeringState,
  type KnownState,
  type PeeringState,
  statusOf,
  type VpcPeeringDeps,
} from './state.ts';
import { loadViews, type ServedState, validateRemoteView } from './view.ts';
import { createWaiting, type Waiting } from './waiting.ts';
import { vpcsOfIpRange, vpcsOfVpcNetwork, wakingPeerings } from './wakes.ts';

/** A connection between the VPC of a Scope and another one, in whichever account and region, with routes to it. */
export function reconcileVpcPeering(deps: VpcPeeringDeps): Action<PeeringState> {
  const waiting = createWaiting(deps.timing);
  return reportAwsErrors(branch(isObjectBeingDeleted, deletePipeline(deps, waiting), createPipeline(deps, waiting)), {
    hasParts: true,
  });
}

function createPipeline(deps: VpcPeeringDeps, waiting: Waiting): Action<PeeringState> {
  const targetOf = ({ spec }: Scope) => deps.targetIn(spec.scope.aws.accountId, spec.region);
  return enter(
    loadScope<VpcPeering, PeeringState>(targetOf),
    enter(
      loadAsked,
      sequence(
        'ensurePeering',
        ensureFinalizer(),
        enter(openSides(deps), enter(loadConnection(), ensureConnection(deps, waiting))),
      ),
    ),
  );
}

/** While it is not there, nothing but the connection is read. */
function ensureConnection(deps: VpcPeeringDeps, waiting: Waiting): Action<ConnectionState> {
  return sequence<ConnectionState>(
    'ensureConnection',
    waitForNewConnection(waiting),
    when(needs('request'), requestPeering(deps, waiting)),
    when(needs('replace'), requestPeering(deps, waiting)),
    when(needs('accept'), acceptPeering(deps, waiting)),
    when(needs('wait'), waitForConnection(waiting)),
    when(needs('serve'), enter(loadViews, servePipeline(waiting))),
  );
}

/** The local side first: it has to be as asked also when the remote one cannot be looked at. */
function servePipeline(waiting: Waiting): Action<ServedState> {
  return sequence(
    'serve',
    ensureLocalTags,
    ensureLocalDnsResolution,
    ensureLocalRoutes,
    validateRemoteView,
    ensureRemoteTags,
    ensureRemoteDnsResolution,
    ensureRemoteRoutes,
    reportPeering(waiting),
  );
}

function deletePipeline(deps: VpcPeeringDeps, waiting: Waiting): Action<PeeringState> {
  return sequence(
    'delete',
    when(hasRequested, enter(openRecordedSides(deps), enter(loadConnection(), removePipeline(waiting)))),
    named('forget', ({ object }: PeeringState) => {
      waiting.forget(object.metadata.uid);
      return next;
    }),
    deleteFinalizer(),
  );
}

function removePipeline(waiting: Waiting): Action<KnownState> {
  return sequence(
    'remove',
    waitForNewConnection(waiting),
    enter(
      loadOwnConnections,
      sequence(
        'removeParts',
        when(not(isAwaitingEnd), deleteLocalRoutes, when(isRemoteToBeCleared, deleteRemoteRoutes)),
        deleteConnections(waiting),
        reportLeftRoutes,
      ),
    ),
  );
}

/** A VpcPeering is woken by its Scope, its Networks, and whoever changes the blocks of one of its VPCs. */
export function vpcPeeringController(deps: VpcPeeringDeps, workers: number): Controller {
  return controller<VpcPeering>({
    kind: vpcPeeringKind,
    workers,
    indexes: {
      [SCOPE_INDEX]: scopeIndexValues,
      [LOCAL_NETWORK_INDEX]: localNetworkIndexValues,
      [REMOTE_NETWORK_INDEX]: remoteNetworkIndexValues,
      [VPC_INDEX]: peeredVpcIndexValues,
      [REMOTE_INDEX]: remoteIndexValues,
    },
    watches: [
      watchingScope(vpcPeeringKind),
      watching(networkKind, referringBy(vpcPeeringKind, LOCAL_NETWORK_INDEX)),
      watching(networkKind, referringBy(vpcPeeringKind, REMOTE_NETWORK_INDEX)),
      watching(ipRangeKind, wakingPeerings(vpcsOfIpRange)),
      watching(vpcNetworkKind, wakingPeerings(vpcsOfVpcNetwork)),
    ],
    permissions: [finalizerPermissions(vpcPeeringKind)],
    reconcile: reconcileObject({
      createState: (object, cluster) => createPeeringState(object, cluster, deps.timing.waitScale),
      pipeline: reconcileVpcPeering(deps),
      statusOf,
    }),
  });
}
