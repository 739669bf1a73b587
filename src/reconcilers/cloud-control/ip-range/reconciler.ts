import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { type Subscription, subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { type Action, branch, enter, not, sequence, when } from '../../../composed/index.ts';
import type { ConditionReason } from '../../../api/conditions.ts';
import { finalizerPermissions, findCondition, type NamespacedName } from '../../../kube/index.ts';
import { type Cluster, controller, type Controller, referringBy, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { loadScope } from '../../common/focal-state.ts';
import {
  indexValueOf,
  IP_RANGE_INDEX,
  NETWORK_INDEX,
  networkIndexValues,
  type RefersToIpRange,
  REMOTE_INDEX,
  remoteIndexValues,
  SCOPE_INDEX,
  scopeIndexValues,
  SUBSCRIPTION_INDEX,
  VPC_INDEX,
  VPC_NETWORK_INDEX,
  vpcIndexValues,
  vpcNetworkIndexValues,
} from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reconcileObject } from '../../common/runtime-cluster.ts';
import { heldBackBy, watchingScope, withoutStatus } from '../../common/watches.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { deleteAddressSpace, ensureAddressSpace, forgetLapsedIntent, isBlockLeaving } from './address-space.ts';
import { ensureClaim, namingTheSame } from './claim.ts';
import { loadNetwork } from './network.ts';
import { validatePlace } from './place.ts';
import { deleteRetiredSubnets, reportSubnets } from './retired-subnet.ts';
import {
  type AwsState,
  createIpRangeState,
  type IpRangeDeps,
  type IpRangeState,
  openAws,
  type RangeState,
  statusOf,
  type VpcState,
} from './state.ts';
import { deleteSubnets, ensureSubnets, loadPlan, loadSubnets, waitForSubnetsAvailable } from './subnet.ts';
import { inOwnVpc, loadVpc } from './vpc.ts';

const USERS = [redisInstanceKind, redisClusterKind].map((kind) => ({ kind, index: IP_RANGE_INDEX }));

/** A range of addresses in the VPC of a Scope: a block of the VPC, and a subnet of it in each zone. */
export function reconcileIpRange(deps: IpRangeDeps): Action<IpRangeState> {
  return reportAwsErrors(
    enter(
      loadScope<IpRange, IpRangeState>(deps.targetOf),
      enter(
        openAws(deps),
        sequence('inPlace', validatePlace, branch(isObjectBeingDeleted, deletePipeline(), createPipeline(deps))),
      ),
    ),
    { hasParts: true },
  );
}

function createPipeline(deps: IpRangeDeps): Action<AwsState> {
  const ensureZones = sequence(
    'ensureZones',
    ensureSubnets,
    deleteRetiredSubnets,
    waitForSubnetsAvailable,
    reportSubnets(deps),
  );
  const ensureRange = sequence<RangeState>(
    'ensureRange',
    ensureAddressSpace,
    enter(loadSubnets(), enter(loadPlan, ensureZones)),
  );
  const ensureInVpc = sequence<VpcState>('ensureInVpc', forgetLapsedIntent, enter(ensureClaim(deps), ensureRange));
  return sequence('create', ensureFinalizer(), enter(loadNetwork, enter(loadVpc, ensureInVpc)));
}

function deletePipeline(): Action<AwsState> {
  return sequence(
    'delete',
    refuseWhileUsed(USERS),
    inOwnVpc(
      sequence('deleteFromVpc', when(not(isBlockLeaving), enter(loadSubnets(), deleteSubnets())), deleteAddressSpace()),
    ),
    deleteFinalizer(),
  );
}

const RANGE_PROBLEMS: readonly string[] = [
  'CidrOverlap',
  'CidrAllocationFailed',
  'FailedExtendingVpcAddressSpace',
] satisfies ConditionReason[];

/** Those of the same Network that lack a range: what changed may have left one to them. */
function neighboursWithoutRange(changed: IpRange, cluster: Cluster): readonly NamespacedName[] {
  return namingTheSame(changed, (index, value) => cluster.cache(ipRangeKind).byIndex(index, value))
    .filter(({ metadata }) => metadata.uid !== changed.metadata.uid)
    .filter(({ status }) => RANGE_PROBLEMS.includes(findCondition(status?.conditions, 'Error')?.reason ?? ''))
    .map(({ metadata }) => metadata);
}

/** Those in VpcNetworks of a Subscription, which says what account they are in. */
function rangesOfSubscription(subscription: Subscription, cluster: Cluster): readonly NamespacedName[] {
  const vpcNetworks = cluster.cache(vpcNetworkKind).byIndex(SUBSCRIPTION_INDEX, indexValueOf(subscription));
  const ranges = cluster.cache(ipRangeKind);
  return vpcNetworks
    .flatMap((vpcNetwork) => ranges.byIndex(VPC_NETWORK_INDEX, indexValueOf(vpcNetwork)))
    .map(({ metadata }) => metadata);
}

/**
 * An IpRange is woken by its Scope and its Network, by those who hold up its deletion, and by neighbours while it lacks a
 * range.
 */
export function ipRangeController(deps: IpRangeDeps, workers: number): Controller {
  const used = heldBackBy<RefersToIpRange>(ipRangeKind, (user) => user.spec.ipRange.name);
  return controller<IpRange>({
    kind: ipRangeKind,
    workers,
    indexes: {
      [SCOPE_INDEX]: scopeIndexValues,
      [NETWORK_INDEX]: networkIndexValues,
      [REMOTE_INDEX]: remoteIndexValues,
      [VPC_NETWORK_INDEX]: vpcNetworkIndexValues,
      [VPC_INDEX]: vpcIndexValues,
    },
    watches: [
      watchingScope(ipRangeKind),
      watching(networkKind, referringBy(ipRangeKind, NETWORK_INDEX)),
      watching(vpcNetworkKind, referringBy(ipRangeKind, VPC_NETWORK_INDEX)),
      watching(subscriptionKind, rangesOfSubscription, { matters: withoutStatus }),
      watching(redisInstanceKind, used),
      watching(redisClusterKind, used),
      watching(ipRangeKind, neighboursWithoutRange),
    ],
    permissions: [finalizerPermissions(ipRangeKind)],
    reconcile: reconcileObject({
      createState: (object, cluster) => createIpRangeState(object, cluster, deps.timing.waitScale),
      pipeline: reconcileIpRange(deps),
      statusOf,
    }),
  });
}
