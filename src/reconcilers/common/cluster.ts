import type { KubeObject, ResourceKind } from '../../kube/resource.ts';
import type { Call } from '../../util/call.ts';

/** Reads of the cluster that the reconciled object lives in, all from the cache of watched objects: they cost nothing. */
export interface ClusterReader {
  get<T extends KubeObject>(kind: ResourceKind<T>, namespace: string, name: string): T | undefined;
  /** All objects of a kind whose index `index` holds `value`. */
  byIndex<T extends KubeObject>(kind: ResourceKind<T>, index: string, value: string): readonly T[];
}

/**
 * What a reconciler itself writes to Kubernetes. The status is not here: the controller writes it once, at the end of
 * the pass. The one exception is what cannot be found again from the object, and so has to stand before it is used.
 */
export interface ClusterWriter {
  /** Adds the finalizer and no more; answers with the object as it then is. Safe to repeat. */
  addFinalizer<T extends KubeObject>(kind: ResourceKind<T>, object: T, finalizer: string, call: Call): Promise<T>;
  /** Removes these finalizers and no other. Safe to repeat, also when the object is gone. */
  removeFinalizers<T extends KubeObject>(
    kind: ResourceKind<T>,
    object: T,
    finalizers: readonly string[],
    call: Call,
  ): Promise<void>;
  /**
   * Merges `fields` into the status at once, provided that and the specification are as they were read; with
   * `forVersionAlone` provided that nothing of the object was changed, not even by another program that adds a finalizer.
   *
   * *Throws* what `isConflict` tells when it was.
   */
  recordStatus<T extends KubeObject>(
    kind: ResourceKind<T>,
    object: T,
    fields: object,
    call: Call,
    options?: { readonly forVersionAlone: boolean },
  ): Promise<T>;
}

/** As much of a cluster as the pipelines of a reconciler need, and as much as a stand-in has to have. */
export type ClusterAccess = ClusterReader & ClusterWriter;
