import type { Json, KubeObject, ManagedFieldsEntry } from '../json.ts';
import { withMetadata, withoutStatus } from '../json.ts';
import { fieldsAfterUpdate, withManagedFields } from '../patch/managed-fields.ts';
import { storageKey } from '../resource.ts';
import { StatusError, alreadyExists, badRequest, forbidden } from '../status.ts';
import { assertValid, decode, reportUnknown, settle } from './admission.ts';
import type { Api, Target, WriteRequest, Written } from './api.ts';
import { assertNamespaceOpen, generatedName, keyOfTarget, put, timestamp, writerOf } from './api.ts';

/** POST to a collection. *Throws* a `StatusError`. */
export function create(request: WriteRequest, body: Json): Written {
  const { target, options } = request;
  const { object, unknown } = decode(body, target.resource);
  reportUnknown(unknown, target.resource, options).forEach((text) => options.warn(text));
  if (object.metadata.resourceVersion !== undefined) {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const named = placed(object, target);
  const made = store({ ...request, target: { ...target, name: named.metadata.name ?? '' } }, named);
  return { code: 201, object: made };
}

/** The object in the namespace of the request, with a name; *throws* 400 when it says another namespace. */
export function placed(object: KubeObject, { resource, namespace }: Target): KubeObject {
  const { metadata } = object;
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const name =
    metadata.name ?? (metadata.generateName === undefined ? undefined : generatedName(metadata.generateName));
  return withMetadata(object, { name, namespace: resource.namespaced ? namespace : undefined });
}

/** Creates `object` as a whole, with the `managedFields` of an apply; without them its writer owns all of it. */
export function store(
  request: WriteRequest,
  object: KubeObject,
  managedFields?: readonly ManagedFieldsEntry[],
): KubeObject {
  const { api, target, options } = request;
  const { resource } = target;
  assertNamespaceOpen(api, target);
  assertNotTerminating(api, target);
  const hasStatus = resource.subresources.includes('status');
  const started = born(api, hasStatus ? withoutStatus(object) : object, target);
  const settled = settle(started, undefined, resource);
  options.admit?.(settled, undefined);
  assertValid(settled, undefined, resource);
  const existing = api.store.get(storageKey(resource), keyOfTarget(target));
  if (existing) throw alreadyExists(resource, target.name, existing.metadata.deletionTimestamp !== undefined);
  // The default of a status is nobody's.
  const written = hasStatus ? withoutStatus(settled) : settled;
  const fields = managedFields ?? fieldsAfterUpdate(undefined, written, writerOf(request), resource.schema);
  const owned = withManagedFields(settled, fields);
  if (options.dryRun) return owned;
  return put(api, resource, owned);
}

function born(api: Api, object: KubeObject, { resource }: Target): KubeObject {
  return withMetadata(object, {
    uid: api.newUid(),
    creationTimestamp: timestamp(api.clock),
    generation: resource.hasGeneration ? 1 : undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
}

/** A definition that goes takes no new objects. */
function assertNotTerminating(api: Api, target: Target): void {
  const { resource } = target;
  if (!resource.isCustom) return;
  const name = `${resource.plural}.${resource.group}`;
  const definition = api.store.get('apiextensions.k8s.io/customresourcedefinitions', { namespace: '', name });
  if (definition?.metadata.deletionTimestamp !== undefined) {
    throw forbidden(resource, target.name, 'create not allowed while custom resource definition is terminating');
  }
}
