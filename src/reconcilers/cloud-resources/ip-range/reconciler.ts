import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { awsRedisInstanceKind } from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { USER_LABELS } from '../../../api/names.ts';
import { type Action, branch, enter, type Outcome, sequence, stopAndForget } from '../../../composed/index.ts';
import type { KubeObject } from '../../../kube/index.ts';
import { type Controller, watching } from '../../../runtime/index.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { ALL_INDEX, allIndexValues, IP_RANGE_INDEX } from '../../common/indexes.ts';
import { ensureLabels } from '../../common/labels.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { refuseWhileUsed } from '../../common/used-by.ts';
import { heldBackAt } from '../../common/watches.ts';
import { ensureCounterpart } from '../common/counterpart.ts';
import { deleteCounterparts } from '../common/counterpart-deletion.ts';
import { findingOf } from '../common/counterpart-finding.ts';
import { ipRangeNameOf, type UsesIpRange } from '../common/uses-ip-range.ts';
import { inTurn } from '../common/in-turn.ts';
import type { OrphanDeps } from '../common/orphans.ts';
import { userController } from '../common/user-controller.ts';
import { type InScope, loadClusterScope, recordedId } from '../common/user-object.ts';
import { isMade, refuseBeyondQuota, refuseOverlap, watchingFirstComers } from './contenders.ts';
import { askedCidr, range, type StartState, statusOf, type UserIpRangeState } from './state.ts';

const USER_KINDS = [awsRedisInstanceKind, awsRedisClusterKind];

export interface UserIpRangeDeps extends OrphanDeps {
  /** How many IpRanges a cluster may have. */
  readonly ipRangesPerCluster: number;
}

/** Addresses in the VPC of the cluster: an IpRange of the control plane, in the Network of the Scope. */
export function reconcileUserIpRange({
  ipRangesPerCluster,
}: Pick<UserIpRangeDeps, 'ipRangesPerCluster'>): Action<StartState> {
  const ensureRange = sequence<UserIpRangeState>('ensureRange', ensureFinalizer(), ensureCounterpart(range));
  const ensureFirst = sequence('ensureFirst', refuseOverlap, refuseBeyondQuota(ipRangesPerCluster), ensureRange);
  return enter(
    loadClusterScope<UserIpRange, StartState>(),
    branch<UserIpRangeState>(
      isObjectBeingDeleted,
      deletePipeline(),
      sequence('provide', branch(isMade, ensureRange, inTurn(ensureFirst)), ensureLabels(labelsOf), tellRange),
    ),
  );
}

function deletePipeline(): Action<InScope<UserIpRange>> {
  return sequence(
    'delete',
    refuseWhileUsed(USER_KINDS.map((kind) => ({ kind, index: IP_RANGE_INDEX, isUser: hasBeenSubmitted }))),
    deleteCounterparts(ipRangeKind),
    deleteFinalizer(),
  );
}

/** What only waits to be in it is in nothing yet, and must not hold what it waits for. */
function hasBeenSubmitted(object: KubeObject): boolean {
  return recordedId(object) !== undefined;
}

function labelsOf(object: UserIpRange): Readonly<Record<string, string>> {
  return { [USER_LABELS.id]: recordedId(object) ?? '' };
}

/** Nothing is waited for here: what the control plane finds out begins the next pass. */
function tellRange(state: UserIpRangeState): Outcome {
  state.finding = otherRange(state) ?? findingOf(state, { isMade: hasSubnets });
  return stopAndForget('the control plane knows what is asked');
}

function hasSubnets({ status }: IpRange): boolean {
  return (status?.subnets ?? []).length > 0;
}

/** An object of that name was there before, and another one came out of a backup. */
function otherRange({ object, counterpart }: UserIpRangeState): Finding | undefined {
  const asked = askedCidr(object);
  const present = counterpart?.spec.cidr ?? counterpart?.status?.cidr;
  if (asked === undefined || present === undefined || asked === present) return undefined;
  const message = `The range is ${present}, and ${asked} is asked: a range cannot be changed; delete the IpRange and make it anew`;
  return failed('CidrCanNotBeChanged', message);
}

/** The controller of the IpRanges of users. */
export function userIpRangeController(deps: UserIpRangeDeps, workers: number): Controller {
  const used = heldBackAt<UsesIpRange>(userIpRangeKind, (user) => [{ name: ipRangeNameOf(user) }]);
  return userController<UserIpRange, StartState>(
    {
      kind: userIpRangeKind,
      // The control plane has a kind of that name.
      name: 'UserIpRange',
      workers,
      indexes: { [ALL_INDEX]: allIndexValues },
      watches: [watchingFirstComers(), ...USER_KINDS.map((kind) => watching<UsesIpRange>(kind, used))],
      createState: (base) => Object.assign(base, { counterpart: undefined }),
      pipeline: reconcileUserIpRange(deps),
      statusOf,
    },
    deps,
  );
}
