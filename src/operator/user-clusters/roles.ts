import { CONTROL_PLANE_KINDS, CUSTOM_KINDS, type CustomKind } from '../../api/index.ts';
import { MODULE_ROLE, USER_ROLE } from '../../reconcilers/cloud-resources/common/planes.ts';
import { MAIN_ROLE } from '../../runtime/index.ts';
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
