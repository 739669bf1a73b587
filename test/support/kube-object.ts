import type { KubeObject, ObjectMeta, ResourceKind } from '../../src/kube/index.ts';

/** A kind with a spec and a status, for tests of what knows no kind. */
export interface Widget extends KubeObject {
  readonly spec: { readonly size: number; readonly uses?: string };
  readonly status?: object;
}

export const widgets: ResourceKind<Widget> = {
  group: 'example.io',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

type WidgetParts = Omit<Partial<Widget>, 'metadata'> & { readonly metadata?: Partial<ObjectMeta> };

export function aWidget({ metadata, ...rest }: WidgetParts = {}): Widget {
  const defaults = { namespace: 'default', name: 'w', uid: 'u1', resourceVersion: '1', generation: 1 };
  return {
    apiVersion: 'example.io/v1',
    kind: 'Widget',
    spec: { size: 1 },
    ...rest,
    metadata: { ...defaults, ...metadata },
  };
}
