import type { ClusterAccess } from '../../src/reconcilers/common/cluster.ts';
import type { KubeObject, ResourceKind } from '../../src/kube/resource.ts';
import { mergedInto } from './merged.ts';

export interface FakeCluster extends ClusterAccess {
  /** What was written, in order: `addFinalizer`, `removeFinalizers ...`, `recordStatus {...}`. */
  readonly writes: readonly string[];
}

/** A cluster that holds `objects`, found by their name, and by the values of `indexes`. */
export function aFakeCluster(
  objects: readonly KubeObject[] = [],
  indexes: Readonly<Record<string, (object: KubeObject) => readonly string[]>> = {},
): FakeCluster {
  const writes: string[] = [];
  // A test asks for a kind and put objects of that kind in: the type follows from its name.
  const ofKind = <T extends KubeObject>(kind: ResourceKind<T>) => objects.filter((o) => o.kind === kind.kind) as T[];
  return {
    writes,
    get: (kind, namespace, name) =>
      ofKind(kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    byIndex: (kind, index, value) => ofKind(kind).filter((object) => indexes[index]?.(object).includes(value)),
    addFinalizer: async (_kind, object, finalizer) => {
      writes.push(`addFinalizer ${finalizer}`);
      const finalizers = [...(object.metadata.finalizers ?? []), finalizer];
      return { ...object, metadata: { ...object.metadata, finalizers } };
    },
    merge: async (_kind, object, fields) => {
      writes.push(`merge ${JSON.stringify(fields)}`);
      return mergedInto(object, fields);
    },
    removeFinalizers: async (_kind, _object, finalizers) => {
      writes.push(`removeFinalizers ${finalizers.join(' ')}`);
    },
    read: async (kind, namespace, name) =>
      ofKind(kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    create: async (kind, object) => {
      writes.push(`create ${kind.kind} ${object.metadata.name}`);
      // A test that creates looks at what was written, not at the answer.
      return object as never;
    },
    delete: async (kind, object) => {
      writes.push(`delete ${kind.kind} ${object.metadata.name}`);
    },
    recordStatus: async (_kind, object, fields) => {
      writes.push(`recordStatus ${JSON.stringify(fields)}`);
      const status = 'status' in object ? object.status : {};
      return { ...object, status: Object.assign({}, status, fields) };
    },
  };
}
