import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type VpcNetwork, vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { LABELS } from '../../../api/names.ts';
import { type Action, branch, enter, not, sequence, stopAndForget, when } from '../../../composed/index.ts';
import { finalizerPermissions, type NamespacedName } from '../../../kube/index.ts';
import { type Cluster, controller, type Controller, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import {
  CLUSTER_UID_INDEX,
  clusterUidIndexValues,
  type RefersToScope,
  SCOPE_INDEX,
  VPC_INDEX,
  vpcIndexValues,
} from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reportReady } from '../../common/report-ready.ts';
import { reconcileObject } from '../../common/runtime-cluster.ts';
import { heldBackBy } from '../../common/watches.ts';
import { isReady } from '../../common/status.ts';
import { refuseWhileUsed, type UserKind } from '../../common/used-by.ts';
import { validateAccount } from './account.ts';
import { loadExposedData } from './exposed-data.ts';
import { deleteNetwork, ensureNetwork, isOtherNetwork, networkPermissions, scopeOfNetwork } from './network.ts';
import { createScopeState, openAws, type ScopeDeps, type ScopeState, statusOf } from './state.ts';
import { validateVpc } from './vpc.ts';
import { validateZones } from './zones.ts';

const USERS: readonly UserKind[] = [
  ...[ipRangeKind, redisInstanceKind, redisClusterKind, vpcPeeringKind].map((kind) => ({ kind, index: SCOPE_INDEX })),
  { kind: networkKind, index: SCOPE_INDEX, isUser: isOtherNetwork },
];

/**
 * An account, a region and a VPC: made by others, checked here, and kept while anything stands in them. A Network is made
 * for the VPC, under which others refer to it.
 */
export function reconcileScope(deps: ScopeDeps): Action<ScopeState> {
  return reportAwsErrors(
    sequence(
      'reconcileScope',
      when(isIgnored, stopIgnored),
      branch(
        isObjectBeingDeleted,
        sequence('delete', refuseWhileUsed(USERS), deleteNetwork, deleteFinalizer()),
        sequence(
          'check',
          ensureFinalizer(),
          enter(openAws(deps), checkAws),
          ensureNetwork,
          reportReady(deps.timing.lookIntervalMs),
        ),
      ),
    ),
  );
}

/** A Scope that is ready is looked at cheaply: account and zones do not change under the same specification. */
const checkAws = sequence(
  'checkAws',
  when(not(isScopeReady), validateAccount, validateZones),
  validateVpc,
  loadExposedData,
);

function isIgnored({ object }: ScopeState): boolean {
  return object.metadata.labels?.[LABELS.ignore] !== undefined;
}

function stopIgnored() {
  return stopAndForget('the Scope is to be ignored');
}

function isScopeReady({ object }: ScopeState): boolean {
  return isReady(object);
}

/** Over Scopes: the Name tag of their VPC. */
const VPC_NAME_INDEX = '.spec.scope.aws.vpcNetwork';

function vpcNameIndexValues({ metadata, spec }: Scope): readonly string[] {
  return [`${metadata.namespace ?? ''}/${spec.scope.aws.vpcNetwork}`];
}

/** Those that have looked for the VPC in vain; who has found it sees by itself what becomes of it. */
function scopesOfVpc({ metadata, status }: VpcNetwork, cluster: Cluster): readonly NamespacedName[] {
  const value = `${metadata.namespace ?? ''}/${status?.identifiers?.name ?? ''}`;
  const scopes = cluster.cache(scopeKind).byIndex(VPC_NAME_INDEX, value);
  return scopes.filter((scope) => scope.status?.vpcId === undefined).map((scope) => scope.metadata);
}

/** A Scope is woken by those in it that hold up its deletion, when its Network goes, and when its VPC is made. */
export function scopeController(deps: ScopeDeps, workers: number): Controller {
  const used = heldBackBy<RefersToScope>(scopeKind, (user) => user.spec.scope.name);
  return controller<Scope>({
    kind: scopeKind,
    workers,
    indexes: {
      [VPC_NAME_INDEX]: vpcNameIndexValues,
      [VPC_INDEX]: vpcIndexValues,
      [CLUSTER_UID_INDEX]: clusterUidIndexValues,
    },
    watches: [
      watching(ipRangeKind, used),
      watching(redisInstanceKind, used),
      watching(redisClusterKind, used),
      watching(vpcPeeringKind, used),
      watching(networkKind, used),
      watching(networkKind, scopeOfNetwork),
      watching(vpcNetworkKind, scopesOfVpc),
    ],
    permissions: [finalizerPermissions(scopeKind), networkPermissions],
    reconcile: reconcileObject({
      createState: (object, cluster) => createScopeState(object, cluster, deps.timing.waitScale),
      pipeline: reconcileScope(deps),
      statusOf,
    }),
  });
}
