import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { type VpcNetwork, vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { ADOPT_ANNOTATION, SUBSCRIPTION_LABELS } from '../../../api/names.ts';
import { type Action, branch, concurrently, enter, sequence, when } from '../../../composed/index.ts';
import { finalizerPermissions } from '../../../kube/index.ts';
import { controller, type Controller, referringBy, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import {
  type InVpc,
  networkVpcIndexValues,
  peeredVpcIndexValues,
  referredVpcIndexValues,
  SUBSCRIPTION_INDEX,
  subscriptionIndexValues,
  VPC_INDEX,
  vpcIndexValues,
} from '../../common/indexes.ts';
import { ensureLabels } from '../../common/labels.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reconcileObject } from '../../common/runtime-cluster.ts';
import { heldBackBy, heldBackIn } from '../../common/watches.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { type AskedState, loadAsked } from './asked.ts';
import { ensureAttributes } from './attributes.ts';
import { ensureCidrBlocks, validateBlocks, waitForCidrBlocks } from './cidr-blocks.ts';
import { deleteParts } from './deletion.ts';
import { ensureDhcpOptions, loadDhcpOptions } from './dhcp-options.ts';
import { deleteDuplicates } from './duplicates.ts';
import { ensureInternetGateway, type GatewaysState, loadInternetGateways } from './internet-gateway.ts';
import { noteCheck, reportProvisioned, restAfterLook } from './look.ts';
import {
  forgetUnanswered,
  observeBlocks,
  observeInternetGateway,
  type ObservedState,
  observeVpc,
  reportObserved,
} from './observed.ts';
import { ensureTags } from './own-tags.ts';
import { confirmWrites, ensureIntents, loadParts, type PartsState } from './parts.ts';
import { ensureSecurityGroup } from './security-group.ts';
import {
  type AwsState,
  contextFrom,
  createVpcNetworkState,
  isKyma,
  openEc2,
  statusOf,
  type VpcNetworkContext,
  type VpcNetworkDeps,
  type VpcNetworkState,
} from './state.ts';
import { loadSubscription, mayHaveParts } from './subscription.ts';
import { USERS } from './users.ts';
import { ensureVpc, loadVpcs, type VpcsState, type VpcState } from './vpc.ts';

/** A VPC with its internet gateway, DHCP options and security group: made for the object, or made by others and looked at. */
export function reconcileVpcNetwork(deps: VpcNetworkDeps): Action<VpcNetworkState> {
  const context = contextFrom(deps);
  return reportAwsErrors(
    branch(isObjectBeingDeleted, deletePipeline(context), inAccount(context, providePipeline(context))),
    { hasParts: true, refusalReason: 'ProviderError' },
  );
}

function inAccount(context: VpcNetworkContext, pipeline: Action<AwsState>): Action<VpcNetworkState> {
  return enter(loadSubscription(context), enter(openEc2(context.ec2), pipeline));
}

function providePipeline(context: VpcNetworkContext): Action<AwsState> {
  return enter(loadAsked(context), branch(isKyma, ensurePipeline(context), observePipeline(context)));
}

function ensurePipeline(context: VpcNetworkContext): Action<AskedState> {
  const check = sequence<VpcState & GatewaysState>(
    'check',
    restAfterLook(context),
    enter(loadParts(context), fullCheck(context)),
  );
  const ensure = sequence<VpcState>(
    'ensure',
    validateBlocks(context),
    waitForCidrBlocks,
    enter(loadInternetGateways<VpcState>(), check),
  );
  // A place that AWS does not let us into, or does not have, must not keep the object: nothing can be there.
  return enter(
    loadVpcs<AskedState>(),
    sequence<AskedState & VpcsState>('own', markAsOurs, enter(ensureVpc(context), ensure)),
  );
}

function fullCheck(context: VpcNetworkContext): Action<PartsState> {
  return sequence<PartsState>(
    'fullCheck',
    ensureIntents(context),
    concurrently<PartsState>(
      ensureTags,
      ensureCidrBlocks(context),
      ensureInternetGateway(context),
      ensureDhcpOptions(context),
      ensureSecurityGroup,
      ensureAttributes,
    ),
    confirmWrites,
    deleteDuplicates,
    confirmWrites,
    noteCheck(context),
    reportProvisioned(context),
  );
}

function observePipeline(context: VpcNetworkContext): Action<AskedState> {
  return enter(
    observeVpc,
    sequence<ObservedState>('observe', markAsOurs, observeInternetGateway, observeBlocks, reportObserved(context)),
  );
}

/** What somebody else made is not deleted, and need not be there any more. */
function deletePipeline(context: VpcNetworkContext): Action<VpcNetworkState> {
  const deleteOwn = enter(
    loadVpcs<AwsState>(),
    enter(loadInternetGateways<VpcsState>(), enter(loadDhcpOptions<VpcsState & GatewaysState>(), deleteParts(context))),
  );
  return sequence(
    'delete',
    branch(
      isKyma,
      sequence('deleteMade', refuseWhileUsed(USERS), when(mayHaveParts, inAccount(context, deleteOwn))),
      forgetUnanswered,
    ),
    deleteFinalizer(),
  );
}

const markAsOurs: Action<AwsState> = sequence('markAsOurs', ensureFinalizer(), ensureLabels(labelsOf));

function labelsOf({ spec }: VpcNetwork) {
  return { [SUBSCRIPTION_LABELS.subscription]: spec.subscription, [SUBSCRIPTION_LABELS.provider]: 'aws' };
}

/** A VpcNetwork is woken by its Subscription, and by those in its VPC that hold up its deletion. */
export function vpcNetworkController(deps: VpcNetworkDeps, workers: number): Controller {
  const used = heldBackIn<InVpc>(vpcNetworkKind, VPC_INDEX, vpcIndexValues);
  return controller<VpcNetwork>({
    kind: vpcNetworkKind,
    workers,
    indexes: { [SUBSCRIPTION_INDEX]: subscriptionIndexValues, [VPC_INDEX]: networkVpcIndexValues },
    watches: [
      watching(subscriptionKind, referringBy(vpcNetworkKind, SUBSCRIPTION_INDEX)),
      watching(scopeKind, used),
      watching(ipRangeKind, used),
      watching(vpcPeeringKind, heldBackIn(vpcNetworkKind, VPC_INDEX, peeredVpcIndexValues)),
      watching(networkKind, heldBackIn<Network>(vpcNetworkKind, VPC_INDEX, referredVpcIndexValues)),
      watching(
        ipRangeKind,
        heldBackBy<IpRange>(vpcNetworkKind, ({ spec }) => spec.vpcNetwork?.name ?? ''),
      ),
    ],
    permissions: [finalizerPermissions(vpcNetworkKind)],
    wakingAnnotations: [ADOPT_ANNOTATION],
    reconcile: reconcileObject({
      createState: (object, cluster) => createVpcNetworkState(object, cluster, deps.timing.waitScale),
      pipeline: reconcileVpcNetwork(deps),
      statusOf,
    }),
  });
}
