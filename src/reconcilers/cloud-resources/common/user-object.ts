import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type Action, isStop, named, type Pass, type StateFactory, stopAndForget } from '../../../composed/index.ts';
import type { ResourceKind } from '../../../kube/index.ts';
import type { Reconcile, StatusInput } from '../../../runtime/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import { processing } from '../../common/finding.ts';
import { releaseFinalizer } from '../../common/finalizer.ts';
import {
  createObjectState,
  enriched,
  isObjectBeingDeleted,
  type ObjectState,
  type StatusObject,
} from '../../common/object-state.ts';
import { announcerOf, clusterOf, passOver } from '../../common/runtime-cluster.ts';
import type { ReportedStatus } from '../../common/status.ts';
import { counterpartKindsOf } from './counterpart-kinds.ts';
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

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id that the object has recorded, if it is one: users may write anything. */
export function recordedId({ status }: UserObject): string | undefined {
  const { id } = status ?? {};
  return id !== undefined && UUID.test(id) ? id : undefined;
}

/**
 * Loads the Scope of the cluster. That it comes or goes wakes all objects of the cluster. Without it nothing can be made, and an
 * object that is being deleted goes if nothing was.
 */
export function loadClusterScope<O extends UserObject, S extends UserObjectState<O>>(): StateFactory<
  S,
  S & { readonly scope: Scope }
> {
  return named('loadClusterScope', async (state: S, pass: Pass) => {
    const scope = state.planes.scopeOf(state.clusterName);
    if (scope !== undefined) return enriched(state, { scope });
    if (isObjectBeingDeleted(state) && !(await mayBeMade(state, pass))) {
      const outcome = await releaseFinalizer<O>()(state, pass);
      return isStop(outcome) ? outcome : stopAndForget('nothing was made for it');
    }
    state.finding = processing('The control plane does not know this cluster: it has no Scope for it.', 'MissingScope');
    return stopAndForget('there is no Scope');
  });
}

/** Whether the control plane has something of the recorded id, which stands before anything is made. */
async function mayBeMade({ kind, object, controlPlane, planes }: UserObjectState, pass: Pass): Promise<boolean> {
  const id = recordedId(object);
  if (id === undefined) return false;
  const found = counterpartKindsOf(kind).map((made) => controlPlane.read(made, planes.namespace, id, pass));
  return (await awaitAll(found)).some((made) => made !== undefined);
}
