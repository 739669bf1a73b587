/**
 * What the control plane has for a cluster that has no CloudResources: the module goes after all that was made for its users, so
 * one of the two came back from a backup. With the module nobody follows the kinds of users, so it is looked after here.
 */
import { cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { stopAndForget } from '../../../composed/index.ts';
import type { NamespacedName, Permission } from '../../../kube/index.ts';
import {
  type Cluster,
  MAIN_ROLE,
  type ReconcileAbsent,
  type Watch,
  watching,
  type Woken,
} from '../../../runtime/index.ts';
import type { MadeForRemote } from '../../common/indexes.ts';
import { existence } from '../../common/watches.ts';
import { COUNTERPART_KINDS, COUNTERPARTS } from '../common/counterpart-kinds.ts';
import { keysOfCounterparts, type OrphanDeps, settleWithoutModule } from '../common/orphans.ts';
import { clusterOfMade, type Planes } from '../common/planes.ts';

/** It belongs to no object of the cluster: it is looked after under a name that none can have, without a namespace. */
const LEFT_BEHIND: NamespacedName = { namespace: '', name: 'left-behind' };

/** Wakes what looks after what was left behind, when something that was made for users comes or changes. */
export function watchingMade(planes: Planes): readonly Watch[] {
  const wokenBy = (made: MadeForRemote): readonly Woken[] => {
    const cluster = clusterOfMade(made, planes);
    return cluster === undefined ? [] : [{ cluster, ...LEFT_BEHIND }];
  };
  return COUNTERPART_KINDS.map((kind) => watching(kind, wokenBy, { role: MAIN_ROLE, matters: existence }));
}

/** Makes the `keysElsewhere` that finds it when a cluster comes. */
export function keysOfLeftBehind(deps: OrphanDeps): (cluster: Cluster) => readonly NamespacedName[] {
  const keysOfMade = keysOfCounterparts(COUNTERPART_KINDS, deps);
  return (cluster) => (keysOfMade(cluster).length > 0 ? [LEFT_BEHIND] : []);
}

/** What that asks of the control plane. */
export const leftBehindPermissions: readonly Permission[] = COUNTERPART_KINDS.map((kind) => {
  return { kind, verbs: ['delete', 'get', 'patch'] };
});

/** Settles it, unless the cluster has a CloudResources. That the last one goes, too, is a reason to look. */
export function reconcileLeftBehind(deps: OrphanDeps): ReconcileAbsent {
  return async (_key, pass, cluster) => {
    if (cluster.cache(cloudResourcesKind).list().length > 0) return stopAndForget('the module is there');
    return settleWithoutModule(COUNTERPARTS, deps, pass, cluster);
  };
}
