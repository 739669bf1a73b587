import { finalizerPermissions, type Permission, type ResourceKind } from '../../../kube/index.ts';
import { controller, type Controller, type ControllerOptions, MAIN_ROLE } from '../../../runtime/index.ts';
import { counterpartKindsOf } from './counterpart-kinds.ts';
import { MIRRORED_ANNOTATIONS } from './mirrored.ts';
import { keysOfCounterparts, type OrphanDeps, reconcileOrphans } from './orphans.ts';
import { MODULE_ROLE, watchingClusterScope, watchingCounterpart } from './planes.ts';
import { reconcileUserObject, type UserObject, type UserObjectState, type UserReconcile } from './user-object.ts';

/** What tells the controller of one kind of the users from that of another. */
export interface UserControllerParts<O extends UserObject, S extends UserObjectState<O>>
  extends
    Omit<UserReconcile<O, S>, 'planes'>,
    Pick<ControllerOptions<O>, 'name' | 'indexes' | 'watches' | 'permissions'> {
  readonly workers: number;
}

/**
 * The controller of a kind for which the control plane has objects, in all clusters of users. It is woken by those, by the
 * Scope of its cluster, and by the annotations that are passed on, and looks after what is left behind.
 */
export function userController<O extends UserObject, S extends UserObjectState<O>>(
  { name, indexes = {}, watches = [], permissions = [], workers, ...parts }: UserControllerParts<O, S>,
  deps: OrphanDeps,
): Controller {
  const { kind } = parts;
  const { planes } = deps;
  const counterparts = counterpartKindsOf(kind);
  return controller<O>({
    kind,
    ...(name !== undefined && { name }),
    role: MODULE_ROLE,
    workers,
    indexes,
    watches: [
      ...counterparts.map((counterpart) => watchingCounterpart(counterpart, planes)),
      watchingClusterScope(planes),
      ...watches,
    ],
    wakingAnnotations: MIRRORED_ANNOTATIONS,
    permissions: [finalizerPermissions(kind), ...permissions],
    permissionsIn: { [MAIN_ROLE]: counterparts.map(counterpartPermissions) },
    reconcile: reconcileUserObject({ ...parts, planes }),
    reconcileAbsent: reconcileOrphans(kind, counterparts, deps),
    keysElsewhere: keysOfCounterparts(counterparts, deps),
  });
}

/** What passes over users' objects ask of the control plane about a kind of counterparts, beyond following them. */
function counterpartPermissions(kind: ResourceKind): Permission {
  return { kind, verbs: ['create', 'delete', 'get', 'patch'] };
}
