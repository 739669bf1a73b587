import { isSameJson, type KubeObject } from '../kube/index.ts';
import type { Change } from './object-store.ts';

/**
 * Whether a change of an object is its controller's business: it is new, its spec changed (generation), it lost a
 * finalizer, its deletion was asked, or one of the chosen annotations changed. Status writes, our own above all, and
 * labels are not. Nor is that it is gone: there is nothing left to do for it.
 */
export function wakesItself({ before, after }: Change<KubeObject>, annotations: readonly string[]): boolean {
  if (after === undefined) return false;
  if (before === undefined || before.metadata.uid !== after.metadata.uid) return true;
  const was = before.metadata;
  const is = after.metadata;
  return (
    hasNewSpec(before, after) ||
    was.deletionTimestamp !== is.deletionTimestamp ||
    lostFinalizer(was.finalizers ?? [], is.finalizers ?? []) ||
    annotations.some((name) => was.annotations?.[name] !== is.annotations?.[name])
  );
}

/** Taken finalizers may be what the object waits for, or ours; added ones hold up nothing that we do. */
function lostFinalizer(was: readonly string[], is: readonly string[]): boolean {
  return was.some((finalizer) => !is.includes(finalizer));
}

/** Kinds without a status (ConfigMap, Secret) have no generation; all but their metadata is spec. */
function hasNewSpec(before: KubeObject, after: KubeObject): boolean {
  if (after.metadata.generation !== undefined) return before.metadata.generation !== after.metadata.generation;
  return !isSameJson({ ...before, metadata: undefined }, { ...after, metadata: undefined });
}

/** Whether a change of a dependency may matter to who depends on it: anything of `matters` but its version. */
export function wakesDependants(
  { before, after }: Change<KubeObject>,
  matters: (object: KubeObject) => KubeObject = (object) => object,
): boolean {
  if (before === undefined || after === undefined) return true;
  const plain = (object: KubeObject): object => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: undefined, generation: undefined },
  });
  return !isSameJson(plain(matters(before)), plain(matters(after)));
}
