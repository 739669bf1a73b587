import type { Permission } from '../../kube/index.ts';
import { granted, grantsOf } from './access.ts';
import type { InstallObject, InstallSettings } from './settings.ts';

/** Who the operator is in a cluster of users, and what it may do there: for whoever writes the kubeconfig of that. */
export function userClusterObjects(
  identity: Pick<InstallSettings, 'name' | 'namespace'>,
  permissions: readonly Permission[],
): readonly InstallObject[] {
  const { name, namespace } = identity;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    ...granted('ClusterRole', { name }, grantsOf(permissions).cluster, identity),
  ];
}
