import { eventPermissions, type Permission, statusPermissions } from '../kube/index.ts';
import { type Controller, MAIN_ROLE } from './controller.ts';
import { followPermissions } from './informer.ts';

/**
 * All that these controllers ask of the Kubernetes of a cluster in one of `roles`: the runtime on their behalf, and what
 * their reconciles declare.
 */
export function permissionsOf(
  controllers: readonly Controller[],
  roles: readonly string[] = [MAIN_ROLE],
): readonly Permission[] {
  return [...controllers.flatMap((controller) => asked(controller, new Set(roles))), eventPermissions];
}

function asked(controller: Controller, roles: ReadonlySet<string>): readonly Permission[] {
  const { kind, role = MAIN_ROLE, watches = [], permissions = [], permissionsIn = {} } = controller;
  return [
    ...(roles.has(role) ? [followPermissions(kind), ...statusPermissions(kind), ...permissions] : []),
    ...watches.filter((watch) => roles.has(watch.role ?? role)).map((watch) => followPermissions(watch.kind)),
    ...Object.entries(permissionsIn).flatMap(([other, there]) => (roles.has(other) ? there : [])),
  ];
}
