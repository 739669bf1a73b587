import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type Action, named, type StateFactory, stopAndForget } from '../../../composed/index.ts';
import type { ResourceKind } from '../../../kube/index.ts';
import type { Reconcile, StatusInput } from '../../../runtime/index.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import { processing } from '../../common/finding.ts';
import { createObjectState, enriched, type ObjectState, type StatusObject } from '../../common/object-state.ts';
import { announcerOf, clusterOf, passOver } from '../../common/runtime-cluster.ts';
import type { ReportedStatus } from '../../common/status.ts';
import type { Planes } from './planes.ts';

/** An object of a user's cluster for which the control plane may have one. */
export interface UserObject extends StatusObject {
  readonly status?: (ReportedStatus & { readonly id?: string }) | undefined;
}

/** What a pass over an object of a user's cluster starts with: `cluster` is that of the user. */
export interface UserObjectState<O extends UserObject = UserObject> extends ObjectState<O> {
  /** What the runtime calls the user's cluster. */
  readonly clusterName: string;
  readonly controlPlane: ClusterAccess;
  readonly planes: Planes;
}

/** With the Scope of the cluster, whose namespace is that of all that is made in the control plane. */
export type InScope<O extends UserObject = UserObject> = UserObjectState<O> & { readonly scope: Scope };

/** What tells one reconcile of the user's side from the other. */
export interface UserReconcile<O extends UserObject, S extends UserObjectState<O>> {
  readonly kind: ResourceKind<O>;
  readonly planes: Planes;
  readonly createState: (base: UserObjectState<O>) => S;
  readonly pipeline: Action<S>;
  /** Pure. What it says is the whole status. */
  readonly statusOf: (state: S) => StatusInput;
}

/** Makes the `reconcile` of a controller of the user's side. */
export function reconcileUserObject<O extends UserObject, S extends UserObjectState<O>>(
  parts: UserReconcile<O, S>,
): Reconcile<O> {
  const { kind, planes } = parts;
  return (object, pass, cluster) => {
    const base = Object.assign(createObjectState(kind, object, clusterOf(cluster)), {
      clusterName: cluster.name,
      controlPlane: clusterOf(planes.controlPlane()),
      planes,
    });
    return passOver({ ...parts, announce: announcerOf(cluster) }, parts.createState(base), pass);
  };
}

/** Loads the Scope of the cluster. What it has made known wakes all objects of the cluster. */
export function loadClusterScope<O extends UserObject, S extends UserObjectState<O>>(): StateFactory<
  S,
  S & { readonly scope: Scope }
> {
  return named('loadClusterScope', (state: S) => {
    const scope = state.planes.scopeOf(state.clusterName);
    if (scope !== undefined) return enriched(state, { scope });
    state.finding = processing('The control plane does not know this cluster: it has no Scope for it.', 'MissingScope');
    return stopAndForget('there is no Scope');
  });
}
