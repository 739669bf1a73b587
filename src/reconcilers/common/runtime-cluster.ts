import {
  addFinalizer,
  type EventInput,
  isAlreadyExists,
  type KubeObject,
  mergePatch,
  mergeStatus,
  removeFinalizer,
} from '../../kube/index.ts';
import type { Cluster, Reconcile, ReconcileResult, StatusInput } from '../../runtime/index.ts';
import { reconcilePipeline } from '../../runtime/index.ts';
import type { Action, Pass } from '../../composed/index.ts';
import type { ClusterAccess } from './cluster.ts';
import { reportKubeErrors } from './kube-error.ts';
import { newsOf } from './news.ts';
import type { ObjectState, StatusObject } from './object-state.ts';

/** Reads from the runtime's caches and writes through its client, whose answers enter the caches. */
export function clusterOf(runtime: Cluster): ClusterAccess {
  return {
    get: (kind, namespace, name) => runtime.cache(kind).get({ namespace, name }),
    byIndex: (kind, index, value) => runtime.cache(kind).byIndex(index, value),
    addFinalizer: (kind, object, finalizer, call) => addFinalizer(runtime.client(call), kind, object, finalizer),
    merge: (kind, object, { metadata, ...rest }, call) => {
      // The uid makes it fail for another object that bears the name by now.
      const { uid } = object.metadata;
      const patch = mergePatch({ metadata: { ...metadata, uid }, ...rest });
      return runtime.client(call).patch(kind, object.metadata, patch);
    },
    removeFinalizers: async (kind, object, finalizers, call) => {
      let current: KubeObject | undefined = object;
      for (const finalizer of finalizers) {
        if (current !== undefined) current = await removeFinalizer(runtime.client(call), kind, current, finalizer);
      }
    },
    recordStatus: (kind, object, fields, call) => mergeStatus(runtime.client(call), kind, object, fields),
    read: (kind, namespace, name, call) => runtime.client(call).find(kind, { namespace, name }),
    create: async (kind, object, call) => {
      const client = runtime.client(call);
      try {
        return await client.create(kind, object);
      } catch (error) {
        // The cache did not show it yet.
        if (!isAlreadyExists(error)) throw error;
        const { namespace = '', name = '' } = object.metadata;
        return client.get(kind, { namespace, name });
      }
    },
    delete: (kind, { metadata }, call) => runtime.client(call).delete(kind, metadata, { uid: metadata.uid }),
  };
}

/** What a pass over an object consists of, once its state is there. */
export interface ObjectPass<S extends ObjectState> {
  readonly pipeline: Action<S>;
  /** Pure. What it says is the whole status. */
  readonly statusOf: (state: S) => StatusInput;
  /** Tells what is news, as an Event of the object. */
  readonly announce: (object: S['object'], news: EventInput, pass: Pass) => void;
}

/** One pass: the pipeline over its state, the status that it comes to, and Events of what is news. */
export async function passOver<S extends ObjectState>(
  { pipeline, statusOf, announce }: ObjectPass<S>,
  state: S,
  pass: Pass,
): Promise<ReconcileResult> {
  const { object } = state;
  const result = await reconcilePipeline(reportKubeErrors(pipeline), state, pass, statusOf);
  const news = newsOf(object, state.finding, state.news);
  for (const one of news === undefined ? state.news : [...state.news, news]) announce(object, one, pass);
  return result;
}

/** How the state of a pass comes to be, in a cluster of the runtime, and what is done with it. */
export interface ObjectReconcile<O extends StatusObject, S extends ObjectState<O>> extends Omit<
  ObjectPass<S>,
  'announce'
> {
  readonly createState: (object: O, cluster: ClusterAccess) => S;
}

/** Makes the `reconcile` of a controller. */
export function reconcileObject<O extends StatusObject, S extends ObjectState<O>>(
  parts: ObjectReconcile<O, S>,
): Reconcile<O> {
  return (object, pass, cluster) => {
    const state = parts.createState(object, clusterOf(cluster));
    return passOver({ ...parts, announce: announcerOf(cluster) }, state, pass);
  };
}

/** Tells Events through the runtime. */
export function announcerOf(cluster: Cluster): (object: KubeObject, news: EventInput, pass: Pass) => void {
  return (object, news, pass) => cluster.recordEvent(pass, object, news);
}
