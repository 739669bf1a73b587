import { CONTROL_PLANE_KINDS, CUSTOM_KINDS, type CustomKind } from '../../api/index.ts';
import type { Modules } from '../../reconcilers/cloud-resources/cloud-resources/reconciler.ts';
import { MODULE_ROLE, USER_ROLE } from '../../reconcilers/cloud-resources/common/planes.ts';
import { MAIN_ROLE, type Manager } from '../../runtime/index.ts';
import type { OperatorOptions } from '../options.ts';

export type ClustersMode = OperatorOptions['clusters']['mode'];

/** The kinds that the cluster has in which the operator has its control plane. */
export function controlPlaneKinds(mode: ClustersMode): readonly CustomKind[] {
  return mode === 'single' ? CUSTOM_KINDS : CONTROL_PLANE_KINDS;
}

/** The roles that a cluster of users may have. */
export const USER_ROLES: readonly string[] = [USER_ROLE, MODULE_ROLE];

/** The roles of the cluster in which the operator has its control plane. */
export function controlPlaneRoles(mode: ClustersMode): readonly string[] {
  return mode === 'single' ? [MAIN_ROLE, ...USER_ROLES] : [MAIN_ROLE];
}

/** Switches the kinds of users' clusters on and off. A single cluster has them on from the start, and as long as it is there. */
export function modulesIn(mode: ClustersMode, manager: () => Pick<Manager, 'setRoles'>): Modules {
  if (mode === 'single') return { enable: () => Promise.resolve(), disable: () => Promise.resolve() };
  return {
    enable: (cluster) => manager().setRoles(cluster, USER_ROLES),
    disable: (cluster) => manager().setRoles(cluster, [USER_ROLE]),
  };
}
