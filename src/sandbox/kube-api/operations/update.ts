import type { Json, KubeObject, ManagedFieldsEntry } from '../json.ts';
import { equalJson, withMetadata, without, withoutStatus } from '../json.ts';
import { fieldsAfterUpdate, sameOwnership, withManagedFields } from '../patch/managed-fields.ts';
import type { Resource } from '../resource.ts';
import { storageKey } from '../resource.ts';
import { MODIFIED, badRequest, conflict, fieldInvalid, invalid, notFound } from '../status.ts';
import { assertValid, decode, reportUnknown, settle } from './admission.ts';
import type { Target, WriteRequest, Written } from './api.ts';
import { keyOfTarget, presented, put, writerOf } from './api.ts';
import { placed, store } from './create.ts';

/** PUT of an object. *Throws* a `StatusError`. */
export function replace(request: WriteRequest, body: Json): Written {
  const { api, target, options } = request;
  const { resource, name } = target;
  const { object, unknown } = decode(body, resource);
  reportUnknown(unknown, resource, options).forEach((text) => options.warn(text));
  if (object.metadata.name !== name) {
    const given = object.metadata.name ?? '';
    throw badRequest(
      given === ''
        ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${given}) does not match the name on the URL (${name})`,
    );
  }
  const next = placed(object, target);
  const stored = api.store.get(storageKey(resource), keyOfTarget(target));
  if (!stored) {
    if (!resource.createsOnUpdate || target.subresource !== undefined) throw notFound(resource, name);
    return { code: 201, object: store(request, next) };
  }
  const old = presented(stored, resource);
  if (resource.isCustom && next.metadata.resourceVersion === undefined) {
    const wrong = fieldInvalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid(resource.plural, resource.group, name, [wrong]);
  }
  return { code: 200, object: write(request, { old, wanted: next }) };
}

interface Replacement {
  readonly old: KubeObject;
  readonly wanted: KubeObject;
  /** Of an apply; otherwise they are worked out from what changed. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/**
 * Writes the next state of an object, as far as the request may change it.
 *
 * - What the server keeps (uid, times, generation) stays; a status is changed only through its subresource, and through
 *   it nothing else.
 * - A write that changes nothing is none: the version stays.
 * - An object that is being deleted goes with its last finalizer.
 */
export function write(request: WriteRequest, { old, wanted, managedFields }: Replacement): KubeObject {
  const { api, target, options } = request;
  const { resource } = target;
  options.admit?.(wanted, old);
  assertUnchanged(old, wanted, target);
  const restricted = settle(restrictedTo(target, old, wanted), old, resource);
  assertValid(restricted, old, resource);
  const fields = managedFields ?? fieldsAfterUpdate(old, restricted, writerOf(request), resource.schema);
  const owned = withManagedFields(restricted, fields);
  const next = withGeneration(owned, old, resource);
  if (isNoChange(old, next)) return old;
  if (options.dryRun) return next;
  if (isGone(next)) {
    api.store.remove(storageKey(resource), keyOfTarget(target));
    return next;
  }
  return put(api, resource, next);
}

function assertUnchanged(old: KubeObject, wanted: KubeObject, { resource, name, namespace }: Target): void {
  const { uid, resourceVersion } = wanted.metadata;
  if (uid !== undefined && uid !== old.metadata.uid) {
    const key = ['/registry', resource.group, resource.plural, namespace, name].filter((part) => part !== '').join('/');
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`;
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== '0' && resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(resource, name, MODIFIED);
  }
}

function restrictedTo({ resource, subresource }: Target, old: KubeObject, wanted: KubeObject): KubeObject {
  if (subresource === 'status') return statusOnly(resource, old, wanted);
  const kept = withKeptMetadata(old, wanted);
  if (!resource.subresources.includes('status')) return kept;
  const content = withoutStatus(kept);
  return old['status'] === undefined ? content : { ...content, status: old['status'] };
}

/** Of a custom resource only the status; of a built-in one its labels and annotations too. */
function statusOnly(resource: Resource, old: KubeObject, wanted: KubeObject): KubeObject {
  const base = resource.isCustom ? old : { ...old, metadata: withKeptMetadata(old, wanted).metadata };
  const content = withoutStatus(base);
  return wanted['status'] === undefined ? content : { ...content, status: wanted['status'] };
}

function withKeptMetadata(old: KubeObject, wanted: KubeObject): KubeObject {
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    resourceVersion,
    generateName,
  } = old.metadata;
  return withMetadata(wanted, {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    resourceVersion,
    generateName: wanted.metadata.generateName ?? generateName,
  });
}

/** Everything but metadata and, where it has a door of its own, the status. */
function asked(object: KubeObject, resource: Resource): Json {
  return resource.subresources.includes('status') ? without(object, 'metadata', 'status') : without(object, 'metadata');
}

function withGeneration(next: KubeObject, old: KubeObject, resource: Resource): KubeObject {
  const { generation } = old.metadata;
  if (!resource.hasGeneration || generation === undefined) return next;
  const changed = !equalJson(asked(next, resource), asked(old, resource));
  return withMetadata(next, { generation: changed ? generation + 1 : generation });
}

function isNoChange(old: KubeObject, next: KubeObject): boolean {
  const bare = (object: KubeObject): KubeObject =>
    withMetadata(object, { managedFields: undefined, resourceVersion: undefined });
  return equalJson(bare(old), bare(next)) && sameOwnership(old.metadata.managedFields, next.metadata.managedFields);
}

/** A namespace has a finalizer of its own kind, in its spec. */
export function isGone(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0) return false;
  return object.kind !== 'Namespace' || object.apiVersion !== 'v1' || !hasSpecFinalizers(object);
}

function hasSpecFinalizers(object: KubeObject): boolean {
  const { spec } = object;
  const finalizers = typeof spec === 'object' && spec !== null && 'finalizers' in spec ? spec.finalizers : undefined;
  return Array.isArray(finalizers) && finalizers.length > 0;
}
