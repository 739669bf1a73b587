import type { Condition, KubeObject, ResourceKind } from './resource.ts';

/** Core `v1` Secret, as far as programs read it. */
export interface KubeSecret extends KubeObject {
  readonly type?: string;
  /** Values in base64. */
  readonly data?: Readonly<Record<string, string>>;
  /** Its data never changes any more; it can only be made anew. */
  readonly immutable?: boolean;
}

/** Core `v1` Secrets. */
export const secretKind: ResourceKind<KubeSecret> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** Core `v1` Namespaces. */
export const namespaceKind: ResourceKind = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** `apiextensions.k8s.io/v1` CustomResourceDefinition, as far as programs here read it. */
export interface KubeCrd extends KubeObject {
  readonly spec: { readonly names: object; readonly versions: readonly object[] };
  readonly status?: { readonly conditions?: readonly Pick<Condition, 'type' | 'status'>[] };
}

/** `apiextensions.k8s.io/v1` CustomResourceDefinitions. */
export const crdKind: ResourceKind<KubeCrd> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** `rbac.authorization.k8s.io/v1` ClusterRole, as far as programs here read it. */
export interface KubeClusterRole extends KubeObject {
  readonly rules?: readonly object[] | null;
}

/** `rbac.authorization.k8s.io/v1` ClusterRoles. */
export const clusterRoleKind: ResourceKind<KubeClusterRole> = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};
