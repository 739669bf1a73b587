import { type Permission, type PolicyRule, rulesFrom } from '../../kube/index.ts';
import { clusterMetadataOf, type InstallObject, type InstallSettings, metadataOf } from './settings.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** What the operator is granted: everywhere, and in its own namespace. */
export interface Grants {
  readonly cluster: readonly PolicyRule[];
  readonly namespace: readonly PolicyRule[];
}

export function grantsOf(permissions: readonly Permission[]): Grants {
  return {
    cluster: rulesFrom(permissions.filter(({ isOwnNamespace }) => isOwnNamespace !== true)),
    namespace: rulesFrom(permissions.filter(({ isOwnNamespace }) => isOwnNamespace === true)),
  };
}

/** The identity of the operator, and what that may do. */
export function accessObjects(settings: InstallSettings, permissions: readonly Permission[]): readonly InstallObject[] {
  const grants = grantsOf(permissions);
  return [
    serviceAccount(settings),
    ...granted('ClusterRole', clusterMetadataOf(settings), grants.cluster, settings),
    ...(grants.namespace.length > 0 ? granted('Role', metadataOf(settings), grants.namespace, settings) : []),
  ];
}

function serviceAccount(settings: InstallSettings): InstallObject {
  const { roleArn } = settings;
  const annotations = roleArn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': roleArn } };
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf(settings, annotations) };
}

/** A role, and that the service account has it. */
export function granted(
  kind: 'ClusterRole' | 'Role',
  metadata: InstallObject['metadata'],
  rules: readonly PolicyRule[],
  { name, namespace }: Pick<InstallSettings, 'name' | 'namespace'>,
): readonly InstallObject[] {
  const apiVersion = `${RBAC}/v1`;
  const roleRef = { apiGroup: RBAC, kind, name: metadata.name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects },
  ];
}
