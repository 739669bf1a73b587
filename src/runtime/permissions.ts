import { eventPermissions, type Permission, statusPermissions } from '../kube/index.ts';
import type { Controller } from './controller.ts';
import { followPermissions } from './informer.ts';

/** All that these controllers ask of Kubernetes: the runtime on their behalf, and what their reconciles declare. */
export function permissionsOf(controllers: readonly Controller[]): readonly Permission[] {
  const own = controllers.flatMap(({ kind, watches = [], permissions = [] }) => [
    followPermissions(kind),
    ...watches.map((watch) => followPermissions(watch.kind)),
    ...statusPermissions(kind),
    ...permissions,
  ]);
  return [...own, eventPermissions];
}
