import { withCleanupFinalizer } from '../crd/definition.ts';
import type { Json, JsonObject, KubeObject } from '../json.ts';
import { defined, memberAt, objectAt, stringAt, withMetadata } from '../json.ts';
import type { Resource } from '../resource.ts';
import { storageKey } from '../resource.ts';
import { conflict, fieldNotSupported, forbidden, invalid } from '../status.ts';
import { keyOf } from '../store.ts';
import type { Api, Target } from './api.ts';
import { keyOfTarget, put, read, timestamp } from './api.ts';
import { isGone } from './update.ts';

export interface DeleteOptions {
  readonly dryRun: boolean;
  /** `Foreground` and `Orphan` leave a finalizer that the garbage collector takes away. */
  readonly propagation: 'Foreground' | 'Background' | 'Orphan';
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** *Throws* 422 for a policy that does not exist. */
export function deleteOptionsFrom(body: Json | undefined, query: URLSearchParams): DeleteOptions {
  const policy = stringAt(body, 'propagationPolicy') ?? query.get('propagationPolicy') ?? 'Background';
  if (!POLICIES.includes(policy)) {
    throw invalid('DeleteOptions', 'meta.k8s.io', '', [
      fieldNotSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']),
    ]);
  }
  const orphans = memberAt(body, 'orphanDependents') === true;
  return {
    dryRun: query.getAll('dryRun').includes('All') || Array.isArray(memberAt(body, 'dryRun')),
    propagation: policy === 'Foreground' || policy === 'Orphan' ? policy : orphans ? 'Orphan' : 'Background',
    uid: stringAt(body, 'preconditions', 'uid'),
    resourceVersion: stringAt(body, 'preconditions', 'resourceVersion'),
  };
}

/** What a deletion answers: the object while something still has to be done before it can go, or that it went. */
export type Deleted = { readonly object: KubeObject } | { readonly status: JsonObject };

/** Namespaces that every cluster needs. */
const LASTING_NAMESPACES: readonly string[] = ['default', 'kube-system', 'kube-public'];

/** DELETE of an object. *Throws* a `StatusError`. */
export function remove(api: Api, target: Target, options: DeleteOptions): Deleted {
  const { resource, name } = target;
  if (storageKey(resource) === '/namespaces' && LASTING_NAMESPACES.includes(name))
    throw forbidden(resource, name, 'this namespace may not be deleted');
  const old = read(api, target);
  assertPreconditions(old, target, options);
  const marked = withDeletionMark(
    api,
    old.kind === 'CustomResourceDefinition' ? withCleanupFinalizer(old) : old,
    options,
  );
  if (isGone(marked)) {
    if (!options.dryRun) api.store.remove(storageKey(resource), keyOfTarget(target));
    return resource.returnsDeleted ? { object: old } : { status: successStatus(old, target) };
  }
  if (options.dryRun || marked === old) return { object: marked };
  return { object: put(api, resource, marked) };
}

/** What the server itself deletes: in the background, whatever the object's version. */
export function removeObject(api: Api, resource: Resource, object: KubeObject): void {
  const target = { resource, ...keyOf(object), subresource: undefined };
  remove(api, target, { dryRun: false, propagation: 'Background', uid: undefined, resourceVersion: undefined });
}

function assertPreconditions(
  old: KubeObject,
  { resource, name }: Target,
  { uid, resourceVersion }: DeleteOptions,
): void {
  const named = { group: resource.group, plural: resource.kind };
  if (uid !== undefined && uid !== old.metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${old.metadata.uid ?? ''}). The object might have been deleted and then recreated`;
    throw conflict(named, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${old.metadata.resourceVersion ?? ''}). The object might have been modified`;
    throw conflict(named, name, why);
  }
}

const GARBAGE_FINALIZERS = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const;

/** The object with its deletion asked for; the same object when it already was. */
function withDeletionMark(api: Api, old: KubeObject, { propagation }: DeleteOptions): KubeObject {
  const garbage = propagation === 'Background' ? [] : [GARBAGE_FINALIZERS[propagation]];
  const others = (old.metadata.finalizers ?? []).filter((one) => one !== 'foregroundDeletion' && one !== 'orphan');
  if (old.metadata.deletionTimestamp !== undefined) return old;
  const finalizers = [...others, ...garbage];
  const { generation } = old.metadata;
  const marked = withMetadata(old, {
    finalizers: finalizers.length === 0 ? undefined : finalizers,
    deletionTimestamp: timestamp(api.clock),
    deletionGracePeriodSeconds: old.kind === 'Namespace' ? undefined : 0,
    generation: generation === undefined ? undefined : generation + 1,
  });
  return old.kind === 'Namespace' && old.apiVersion === 'v1'
    ? { ...marked, status: { ...objectAt(old, 'status'), phase: 'Terminating' } }
    : marked;
}

function successStatus(old: KubeObject, { resource, name }: Target): JsonObject {
  const group = resource.group === '' ? undefined : resource.group;
  const details = defined({ name, group, kind: resource.plural, uid: old.metadata.uid });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** DELETE of a collection: each object by itself; answers the objects as they were. */
export function removeAll(
  { api, target, options }: { readonly api: Api; readonly target: Target; readonly options: DeleteOptions },
  objects: readonly KubeObject[],
): readonly KubeObject[] {
  return objects.map((object) => {
    const { namespace, name } = keyOf(object);
    const deleted = remove(api, { ...target, namespace, name }, options);
    return 'object' in deleted ? deleted.object : object;
  });
}
