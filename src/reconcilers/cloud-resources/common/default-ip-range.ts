/**
 * The IpRange of an object of a user: the one that it names, or `default`, which is made when it is first needed.
 *
 * Nobody polls: the controllers of what is in an IpRange watch it. A deletion does not need it, and must not depend on it.
 */
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { DEFAULT_IP_RANGE, DEFAULT_IP_RANGE_LABELS } from '../../../api/names.ts';
import { named, type Pass, type StateFactory, type Stop, stopAndForget } from '../../../composed/index.ts';
import { findCondition, isBeingDeleted, type Permission, type ResourceKind } from '../../../kube/index.ts';
import { MAIN_ROLE, referringBy, type Watch, watching, type Woken } from '../../../runtime/index.ts';
import { failed, processing } from '../../common/finding.ts';
import { IP_RANGE_INDEX, type MadeForRemote } from '../../common/indexes.ts';
import { enriched } from '../../common/object-state.ts';
import { isReady } from '../../common/status.ts';
import { withoutStatus } from '../../common/watches.ts';
import { counterpartOf } from './id.ts';
import { clusterOfMade, type Planes } from './planes.ts';
import type { InScope } from './user-object.ts';
import { givenIpRangeName, ipRangeNameOf, type UsesIpRange } from './uses-ip-range.ts';
import { calledBy } from './words.ts';

/** What loading its IpRange adds to a state. */
export interface InIpRange {
  readonly ipRange: UserIpRange;
  /** The name of what stands for it in the control plane, and was made for it, whatever its status says. */
  readonly ipRangeId: string;
}

/** What {@link loadUserIpRange} asks of the user's cluster. */
export const userIpRangePermissions: Permission = { kind: userIpRangeKind, verbs: ['create', 'get'] };

/** Wakes the objects of `kind` that are in an IpRange when that changes, and when what stands for it comes or goes. */
export function watchingUserIpRange(kind: ResourceKind, planes: Planes): readonly Watch[] {
  const clusterOf = (made: IpRange): readonly Woken[] => {
    const cluster = clusterOfMade(made, planes);
    return cluster === undefined ? [] : [{ cluster }];
  };
  return [
    watching(userIpRangeKind, referringBy(kind, IP_RANGE_INDEX)),
    watching(ipRangeKind, clusterOf, { role: MAIN_ROLE, matters: withoutStatus }),
  ];
}

/**
 * Loads the IpRange of the object, and makes the default one where none is named and there is none. What is made in it later
 * waits until it is ready; what exists goes on whatever it says of itself just now.
 *
 * @param kind - What stands for the object itself in the control plane.
 */
export function loadUserIpRange<O extends UsesIpRange, S extends InScope<O>>(
  kind: ResourceKind<MadeForRemote>,
): StateFactory<S, S & InIpRange> {
  return named('loadUserIpRange', async (state: S, pass: Pass) => {
    const ipRange = present(state) ?? (await createDefault(state, pass));
    if (ipRange === 'needless') return stopAndForget('the object is gone');
    if (ipRange === undefined) return missing(state);
    const { scope, controlPlane } = state;
    const standing = counterpartOf({ object: ipRange, scope, controlPlane }, ipRangeKind);
    const isUsable = counterpartOf(state, kind) !== undefined || (isReady(ipRange) && !isBeingDeleted(ipRange));
    if (standing === undefined || !isUsable) return waitFor(ipRange, state);
    return enriched(state, { ipRange, ipRangeId: standing.metadata.name });
  });
}

function present({ object, cluster }: InScope<UsesIpRange>): UserIpRange | undefined {
  return cluster.get(userIpRangeKind, '', ipRangeNameOf(object));
}

/**
 * One that is named is its author's to make. Nobody takes away again what is made here, so it is made only for an object that
 * the API server still has: when a cluster is restored, that there is no IpRange is heard of apart from what else there is not.
 */
async function createDefault(state: InScope<UsesIpRange>, pass: Pass): Promise<UserIpRange | 'needless' | undefined> {
  const { object, kind, cluster } = state;
  if (givenIpRangeName(object) !== undefined) return undefined;
  const { namespace = '', name, uid } = object.metadata;
  const there = await cluster.read(kind, namespace, name, pass);
  if (there?.metadata.uid !== uid) return 'needless';
  const metadata = { name: DEFAULT_IP_RANGE, labels: DEFAULT_IP_RANGE_LABELS };
  return cluster.create(userIpRangeKind, { metadata, spec: {} }, pass);
}

function missing(state: InScope<UsesIpRange>): Stop {
  const message = `IpRange ${ipRangeNameOf(state.object)} does not exist: create it, or name another one`;
  state.finding = failed('IpRangeNotFound', message);
  return stopAndForget(message);
}

function waitFor(ipRange: UserIpRange, state: InScope): Stop {
  const message = `${calledBy(ipRange)} is not ready${why(ipRange)}`;
  state.finding = processing(message, 'WaitingDependency');
  return stopAndForget(message);
}

/** Trouble is told whole, since whoever waits has to mend it; progress is not, since it would be told again and again. */
function why(ipRange: UserIpRange): string {
  const conditions = ipRange.status?.conditions;
  const trouble = findCondition(conditions, 'Error') ?? findCondition(conditions, 'Warning');
  if (isBeingDeleted(ipRange)) return `: it is being deleted${trouble === undefined ? '' : `. ${trouble.message}`}`;
  return trouble === undefined ? ' yet' : `: ${trouble.message}`;
}
