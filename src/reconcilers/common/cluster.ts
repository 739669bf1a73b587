import type { KubeInput, KubeObject, ResourceKind } from '../../kube/resource.ts';
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
  /**
   * Merges fields (not the status) into this object, and not into another one that has its name by now; null takes away.
   * Answers with the object as it then is. Safe to repeat.
   */
  merge<T extends KubeObject>(kind: ResourceKind<T>, object: T, fields: MergedFields, call: Call): Promise<T>;
  /** Removes these finalizers and no other. Safe to repeat, also when the object is gone. */
  removeFinalizers<T extends KubeObject>(
    kind: ResourceKind<T>,
    object: T,
    finalizers: readonly string[],
    call: Call,
  ): Promise<void>;
  /**
   * Merges `fields` into the status at once, provided that and the specification are as they were read: of two programs
   * that mean to record something one does. Edits of all else, annotations say, do not hold it up.
   *
   * *Throws* what `isConflict` tells when they are not.
   */
  recordStatus<T extends KubeObject>(kind: ResourceKind<T>, object: T, fields: object, call: Call): Promise<T>;
  /** Asks the API server itself. Before something is done that is wrong if the cache has only not heard of it yet. */
  read<T extends KubeObject>(
    kind: ResourceKind<T>,
    namespace: string,
    name: string,
    call: Call,
  ): Promise<T | undefined>;
  /** Creates an object; answers with the one of that name where there is one already, whosever it is. */
  create<T extends KubeObject>(kind: ResourceKind<T>, object: KubeInput<T>, call: Call): Promise<T>;
  /** Asks for the deletion of this object, and not of another one that has its name by now. Safe to repeat. */
  delete(kind: ResourceKind, object: KubeObject, call: Call): Promise<void>;
}

/** What of an object is merged. Of lists the whole. */
export interface MergedFields {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string | null>>;
    readonly annotations?: Readonly<Record<string, string | null>>;
  };
  readonly spec?: unknown;
  /** Of a Secret, in base64. */
  readonly data?: Readonly<Record<string, string | null>>;
}

/** As much of a cluster as the pipelines of a reconciler need, and as much as a stand-in has to have. */
export type ClusterAccess = ClusterReader & ClusterWriter;
