import {
  addFinalizer,
  isBeingDeleted,
  type KubeObject,
  mergePatch,
  type NamespacedName,
  removeFinalizer,
  type ResourceKind,
} from '../../kube/index.ts';
import type { Cluster as RuntimeCluster, Reconcile } from '../../runtime/index.ts';
import { reconcilePipeline } from '../../runtime/index.ts';
import type { Action } from '../../composed/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Cluster } from './cluster.ts';
import { newsOf } from './news.ts';
import type { ObjectState, StatusObject } from './object-state.ts';
import type { CommonStatus } from './status.ts';

/** Reads from the runtime's caches and writes through its client, whose answers enter the caches. */
export function clusterOf(runtime: RuntimeCluster): Cluster {
  return {
    get: (kind, namespace, name) => runtime.cache(kind).get({ namespace, name }),
    byIndex: (kind, index, value) => runtime.cache(kind).byIndex(index, value),
    addFinalizer: (kind, object, finalizer, call) => addFinalizer(runtime.client(call), kind, object, finalizer),
    removeFinalizers: async (kind, object, finalizers, call) => {
      let current: KubeObject | undefined = object;
      for (const finalizer of finalizers) {
        if (current !== undefined) current = await removeFinalizer(runtime.client(call), kind, current, finalizer);
      }
    },
    recordStatus: (kind, object, fields, call) =>
      // With the uid: an object that was deleted and made anew is a conflict, not the heir of what was recorded.
      runtime
        .client(call)
        .patchStatus(kind, object.metadata, mergePatch({ metadata: { uid: object.metadata.uid }, status: fields })),
  };
}

export interface ObjectReconcile<O extends StatusObject, S extends ObjectState<O>> {
  readonly createState: (object: O, cluster: Cluster) => S;
  readonly pipeline: Action<S>;
  /** Pure. What it says is the whole status. */
  readonly statusOf: (state: S, clock: Clock) => CommonStatus;
}

/**
 * Makes the `reconcile` of a controller: a state for each pass, the pipeline over it, the status that it comes to, and an
 * Event where that is news.
 */
export function reconcileObject<O extends StatusObject, S extends ObjectState<O>>(
  parts: ObjectReconcile<O, S>,
): Reconcile<O> {
  return async (object, pass, cluster) => {
    const state = parts.createState(object, clusterOf(cluster));
    const result = await reconcilePipeline(parts.pipeline, state, pass, (end) => parts.statusOf(end, pass.clock));
    const news = newsOf(object, state.finding);
    if (news !== undefined) cluster.recordEvent(pass, object, news);
    return result;
  };
}

/**
 * For `watching` those who use an object of `kind`: they concern it only while its deletion waits for them to go. All
 * their other changes would only make it ask AWS again.
 */
export function heldBackBy<U extends KubeObject>(
  kind: ResourceKind,
  nameOf: (user: U) => string,
): (user: U, cluster: RuntimeCluster) => readonly NamespacedName[] {
  return (user, cluster) => {
    const key = { namespace: user.metadata.namespace ?? '', name: nameOf(user) };
    const used = cluster.cache(kind).get(key);
    return used !== undefined && isBeingDeleted(used) ? [key] : [];
  };
}
