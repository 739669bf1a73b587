/**
 * Which IpRanges of a cluster may be made: those whose ranges do not overlap, and as many as the cluster may have.
 *
 * What was made once is not questioned any more: it is in use, whatever ages a backup has left the objects with. Of the rest
 * the older one comes first. Two that leave their range open do not overlap: the control plane finds each a free one.
 */
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { type Action, named, next, type Outcome, stopAndForget } from '../../../composed/index.ts';
import { findCondition, isBeingDeleted, type NamespacedName } from '../../../kube/index.ts';
import { type Cluster, type Watch, watching } from '../../../runtime/index.ts';
import { cidrOf, overlaps, parseCidr } from '../../../util/cidr.ts';
import { NAMES_SHOWN, shortened } from '../../../util/shortened.ts';
import { failed } from '../../common/finding.ts';
import { ALL_INDEX } from '../../common/indexes.ts';
import { withoutStatus } from '../../common/watches.ts';
import { ageKey } from '../../common/age-key.ts';
import { counterpartOf } from '../common/id.ts';
import type { InScope } from '../common/user-object.ts';
import { askedCidr, type UserIpRangeState } from './state.ts';

/** Whether the control plane has something for it. */
export function isMade(state: UserIpRangeState): boolean {
  return counterpartOf(state, ipRangeKind) !== undefined;
}

/** Refuses a range that overlaps with one that comes first. */
export function refuseOverlap(state: UserIpRangeState): Outcome {
  const asked = askedCidr(state.object);
  if (asked === undefined) return next;
  const other = firstComers(state).find((one) => isOverlap(asked, takenCidr(one, state)));
  if (other === undefined) return next;
  const message =
    `CIDR ${asked} overlaps with ${takenCidr(other, state)} of IpRange ${other.metadata.name}: ` +
    `delete one of them, and make it anew with another CIDR`;
  state.finding = failed('CidrOverlap', message);
  return stopAndForget(message);
}

/** Refuses what is more than a cluster may have. */
export function refuseBeyondQuota(quota: number): Action<UserIpRangeState> {
  return named('refuseBeyondQuota', (state: UserIpRangeState) => {
    const first = firstComers(state).map(({ metadata }) => metadata.name);
    if (first.length < quota) return next;
    const message =
      `The cluster may have ${quota} IpRange${quota === 1 ? '' : 's'}, and ${shortened(first, NAMES_SHOWN)} ` +
      `${first.length === 1 ? 'comes' : 'come'} first: delete what is not needed, or ask the operators of Cloud Manager for more`;
    const quotaExceeded = { type: 'QuotaExceeded', status: 'True', reason: 'QuotaExceeded', message } as const;
    state.finding = { ...failed('QuotaExceeded', message), also: [quotaExceeded] };
    return stopAndForget(message);
  });
}

/** Wakes the IpRanges of a cluster that wait when another one comes, goes or begins to go. */
export function watchingFirstComers(): Watch {
  return watching(userIpRangeKind, waitingBeside, { matters: withoutStatus });
}

function waitingBeside(changed: UserIpRange, cluster: Cluster): readonly NamespacedName[] {
  return cluster
    .cache(userIpRangeKind)
    .byIndex(ALL_INDEX, '')
    .filter(({ metadata }) => metadata.uid !== changed.metadata.uid)
    .filter(({ status }) => findCondition(status?.conditions, 'Ready')?.status !== 'True')
    .map(({ metadata }) => metadata);
}

/** Those that were made, and those that are to be made before this one. */
function firstComers(state: UserIpRangeState): readonly UserIpRange[] {
  const { object, cluster } = state;
  return cluster
    .byIndex(userIpRangeKind, ALL_INDEX, '')
    .filter(({ metadata }) => metadata.uid !== object.metadata.uid)
    .filter(
      (other) => standingFor(other, state) !== undefined || (!isBeingDeleted(other) && ageKey(other) < ageKey(object)),
    );
}

function standingFor(other: UserIpRange, { scope, controlPlane }: Pick<InScope, 'scope' | 'controlPlane'>) {
  return counterpartOf({ object: other, scope, controlPlane }, ipRangeKind);
}

/** Given or found; undefined: it is not known yet. */
function takenCidr(other: UserIpRange, state: UserIpRangeState): string | undefined {
  return standingFor(other, state)?.status?.cidr ?? askedCidr(other);
}

function isOverlap(asked: string, taken: string | undefined): boolean {
  const other = taken === undefined ? undefined : parseCidr(taken);
  return other !== undefined && overlaps(cidrOf(asked), other);
}
