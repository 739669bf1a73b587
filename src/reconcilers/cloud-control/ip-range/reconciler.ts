import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { type Action, branch, enter, not, sequence, when } from '../../../composed/index.ts';
import type { ConditionReason } from '../../../api/conditions.ts';
import { finalizerPermissions, findCondition, type NamespacedName } from '../../../kube/index.ts';
import { type Cluster, controller, type Controller, watching } from '../../../runtime/index.ts';
import { reportAwsErrors } from '../../common/aws-error.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { loadScope } from '../../common/focal-state.ts';
import {
  IP_RANGE_INDEX,
  NETWORK_INDEX,
  networkIndexValues,
  type RefersToIpRange,
  SCOPE_INDEX,
  scopeIndexValues,
  VPC_INDEX,
  vpcIndexValues,
} from '../../common/indexes.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { reportReady } from '../../common/report-ready.ts';
import { heldBackBy, reconcileObject } from '../../common/runtime-cluster.ts';
import { watchingScope } from '../../common/scope-watch.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { deleteAddressSpace, ensureAddressSpace, isBlockLeaving } from './address-space.ts';
import { ensureClaim } from './claim.ts';
import {
  type AwsState,
  createIpRangeState,
  type IpRangeDeps,
  type IpRangeState,
  openEc2,
  type RangeState,
  statusOf,
} from './state.ts';
import { deleteSubnets, ensureSubnets, loadPlan, loadSubnets, waitForSubnetsAvailable } from './subnet.ts';
import { inOwnVpc, loadVpc } from './vpc.ts';

const USERS = [redisInstanceKind, redisClusterKind].map((kind) => ({ kind, index: IP_RANGE_INDEX }));

/** A range of addresses in the VPC of a Scope: a block of the VPC, and a subnet of it in each zone. */
export function reconcileIpRange(deps: IpRangeDeps): Action<IpRangeState> {
  return reportAwsErrors(
    enter(
      loadScope<IpRange, IpRangeState>(deps.targetOf),
      enter(openEc2(deps.ec2), branch(isObjectBeingDeleted, deletePipeline(deps), createPipeline(deps))),
    ),
    { hasParts: true },
  );
}

function createPipeline(deps: IpRangeDeps): Action<AwsState> {
  return sequence(
    'create',
    ensureFinalizer(),
    enter(
      loadVpc,
      enter(
        ensureClaim(deps),
        sequence<RangeState>(
          'ensureRange',
          ensureAddressSpace(deps),
          enter(
            loadSubnets(),
            enter(
              loadPlan,
              sequence(
                'ensureSubnets',
                ensureSubnets(deps),
                waitForSubnetsAvailable(deps),
                reportReady(deps.timing.lookIntervalMs),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function deletePipeline(deps: IpRangeDeps): Action<AwsState> {
  return sequence(
    'delete',
    refuseWhileUsed(USERS),
    inOwnVpc(
      sequence(
        'deleteFromVpc',
        when(not(isBlockLeaving), enter(loadSubnets(), deleteSubnets(deps))),
        deleteAddressSpace(deps),
      ),
    ),
    deleteFinalizer(),
  );
}

const RANGE_PROBLEMS: readonly string[] = ['CidrOverlap', 'CidrAllocationFailed'] satisfies ConditionReason[];

/** Those of the same Scope that lack a range: what changed may have left one to them. */
function neighboursWithoutRange(changed: IpRange, cluster: Cluster): readonly NamespacedName[] {
  return scopeIndexValues(changed)
    .flatMap((scope) => cluster.cache(ipRangeKind).byIndex(SCOPE_INDEX, scope))
    .filter(({ metadata }) => metadata.uid !== changed.metadata.uid)
    .filter(({ status }) => RANGE_PROBLEMS.includes(findCondition(status?.conditions, 'Error')?.reason ?? ''))
    .map(({ metadata }) => metadata);
}

/** An IpRange is woken by its Scope, by those who hold up its deletion, and by neighbours while it lacks a range. */
export function ipRangeController(deps: IpRangeDeps, workers: number): Controller {
  const used = heldBackBy<RefersToIpRange>(ipRangeKind, (user) => user.spec.ipRange.name);
  return controller<IpRange>({
    kind: ipRangeKind,
    workers,
    indexes: { [SCOPE_INDEX]: scopeIndexValues, [NETWORK_INDEX]: networkIndexValues, [VPC_INDEX]: vpcIndexValues },
    watches: [
      watchingScope(ipRangeKind),
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
