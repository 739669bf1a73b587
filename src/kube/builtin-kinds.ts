import type { KubeObject, ResourceKind } from './resource.ts';

/** Core `v1` Secret, as far as programs read it. */
export interface KubeSecret extends KubeObject {
  readonly type?: string;
  /** Values in base64. */
  readonly data?: Readonly<Record<string, string>>;
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
