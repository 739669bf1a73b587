import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import type { KubeObject, NamespacedName, ResourceKind } from '../../../kube/index.ts';
import { type Cluster, MAIN_ROLE, type Watch, watching, type Woken } from '../../../runtime/index.ts';
import { type MadeForRemote, recordedUidOf, remoteOf } from '../../common/indexes.ts';
import { existence } from '../../common/watches.ts';

/** Roles of clusters: that in which CloudResources are served, and that in which all kinds of the user's are. */
export const USER_ROLE = 'user';
export const MODULE_ROLE = 'module';

/** The control plane, and the clusters of users that it serves. With a single cluster that is both. */
export interface Planes {
  /** *Throws* before it is under management. */
  readonly controlPlane: () => Cluster;
  /** Where in the control plane the Scopes are, and all that is made for users. */
  readonly namespace: string;
  /** The Scope that the objects of a cluster belong to; undefined: there is none, or none yet. */
  readonly scopeOf: (cluster: string) => Scope | undefined;
  /** The cluster that news of a Scope may concern; undefined while it is not under management. */
  readonly clusterOf: (scope: NamespacedName) => string | undefined;
}

/** Wakes the user's objects of a kind when that of the control plane changes that was made for them, or goes. */
export function watchingCounterpart<C extends MadeForRemote>(kind: ResourceKind<C>, planes: Planes): Watch {
  return watching(kind, (made) => wokenBy(made, planes), { role: MAIN_ROLE });
}

function wokenBy(made: MadeForRemote, planes: Planes): readonly Woken[] {
  const remote = remoteOf(made);
  const cluster = clusterOfMade(made, planes);
  return remote === undefined || cluster === undefined ? [] : [{ cluster, ...remote }];
}

/** The cluster of the user for whom something was made; undefined also when a person wrote it. */
export function clusterOfMade(made: MadeForRemote, planes: Planes): string | undefined {
  const { metadata, spec } = made;
  return isMadeForUser(made)
    ? planes.clusterOf({ namespace: metadata.namespace ?? '', name: spec.scope.name })
    : undefined;
}

/**
 * Wakes all objects of a cluster when its Scope comes, goes, or is for another one. What else it says is the control plane's
 * business.
 */
export function watchingClusterScope(planes: Planes): Watch {
  const clustersOf = ({ metadata: { namespace = '', name } }: Scope): readonly Woken[] => {
    const cluster = planes.clusterOf({ namespace, name });
    return cluster === undefined ? [] : [{ cluster }];
  };
  return watching(scopeKind, clustersOf, { role: MAIN_ROLE, matters: existenceAndCluster });
}

function existenceAndCluster(scope: Scope): Scope {
  const known = existence(scope);
  const annotations = { [ANNOTATIONS.clusterUid]: recordedUidOf(scope) ?? '' };
  return { ...known, metadata: { ...known.metadata, annotations } };
}

/** Whether this program made it on behalf of a user; what persons write in the control plane is nobody else's business. */
export function isMadeForUser({ metadata: { labels = {} } }: KubeObject): boolean {
  return labels[LABELS.module] === MODULE_LABEL;
}
