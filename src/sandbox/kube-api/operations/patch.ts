import type { Json, KubeObject } from '../json.ts';
import { defined, isObject, objectAt, textFrom, withoutStatus } from '../json.ts';
import { JsonPatchError, applyJsonPatch } from '../patch/json-patch.ts';
import { applyConfiguration } from '../patch/managed-fields.ts';
import { mergePatch } from '../patch/merge.ts';
import { strategicMergePatch } from '../patch/strategic.ts';
import { apiVersionOf, storageKey } from '../resource.ts';
import {
  StatusError,
  badRequest,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
  invalid,
  notFound,
  unsupportedMediaType,
} from '../status.ts';
import { decode, reportUnknown } from './admission.ts';
import type { Target, WriteOptions, WriteRequest, Written } from './api.ts';
import { keyOfTarget, presented, writerOf } from './api.ts';
import { placed, store } from './create.ts';
import { write } from './update.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

export interface PatchOptions extends WriteOptions {
  readonly contentType: string;
  readonly force: boolean | undefined;
  /** Whether the request named its field manager; an apply has to. */
  readonly namesManager: boolean;
}

/** PATCH of an object. *Throws* a `StatusError`. */
export function patch(request: WriteRequest<PatchOptions>, body: Json): Written {
  const { api, target, options } = request;
  const { resource, name } = target;
  assertKnownType(target, options);
  if (options.contentType === APPLY_PATCH) return apply(request, body);
  if (options.force !== undefined) {
    throw invalid('PatchOptions', 'meta.k8s.io', '', [
      fieldForbidden('force', 'may not be specified for non-apply patch'),
    ]);
  }
  const stored = api.store.get(storageKey(resource), keyOfTarget(target));
  if (!stored) throw notFound(resource, name);
  const old = presented(stored, resource);
  const { object, unknown } = decode(patched(old, body, target, options.contentType), resource);
  reportUnknownInPatch(unknown, target, options).forEach((text) => options.warn(text));
  const { uid, name: patchedName } = object.metadata;
  if (patchedName !== name) {
    throw badRequest(`the name of the object (${patchedName ?? ''}) does not match the name on the URL (${name})`);
  }
  if (uid !== old.metadata.uid) {
    throw invalid(resource.kind, resource.group, name, [fieldInvalid('metadata.uid', uid ?? '', 'field is immutable')]);
  }
  return { code: 200, object: write(request, { old, wanted: placed(object, target) }) };
}

function assertKnownType({ resource }: Target, { contentType }: PatchOptions): void {
  if (![JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH].includes(contentType))
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  const accepted = [JSON_PATCH, MERGE_PATCH, ...(resource.isCustom ? [] : [STRATEGIC_PATCH]), APPLY_PATCH];
  if (!accepted.includes(contentType)) throw unsupportedMediaType(accepted);
}

function patched(old: KubeObject, body: Json, { resource }: Target, contentType: string): Json {
  switch (contentType) {
    case JSON_PATCH:
      return jsonPatched(old, body);
    case STRATEGIC_PATCH:
      return strategicMergePatch(old, body, resource.schema);
    default:
      if (!isObject(body)) throw badRequest('the patch is no object');
      return mergePatch(old, body);
  }
}

function jsonPatched(old: KubeObject, body: Json): Json {
  try {
    return applyJsonPatch(old, body);
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    if (error.malformed) throw badRequest(`error decoding patch: ${error.message}`);
    // The real server tells no more than this; the test that failed is for the client to know.
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

function reportUnknownInPatch(unknown: readonly string[], target: Target, options: PatchOptions): readonly string[] {
  if (options.fieldValidation !== 'Strict' || unknown.length === 0) {
    return reportUnknown(unknown, target.resource, options);
  }
  const why = unknown.map((path) => `unknown field "${path}"`).join(', ');
  throw invalid('', '', '', [fieldInvalid('patch', 'the patched object', `strict decoding error: ${why}`)]);
}

function apply(request: WriteRequest<PatchOptions>, body: Json): Written {
  const { api, target, options } = request;
  const { resource, name } = target;
  if (!options.namesManager) {
    throw invalid('PatchOptions', 'meta.k8s.io', '', [fieldRequired('fieldManager', 'is required for apply patch')]);
  }
  const { object: decoded, unknown } = decode(named(body, target), resource);
  refuseUndeclared(unknown, { ...target, namespace: decoded.metadata.namespace ?? '' });
  if (decoded.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  const configuration = withinDoor(placed(decoded, target), target);
  const stored = api.store.get(storageKey(resource), keyOfTarget(target));
  const old = stored && presented(stored, resource);
  if (!old && target.subresource !== undefined) throw notFound(resource, name);
  const writer = { ...writerOf(request), force: options.force === true };
  const { object, managedFields } = applyConfiguration(old, configuration, writer, resource.schema);
  if (!old) return { code: 201, object: store(request, object, managedFields) };
  return { code: 200, object: write(request, { old, wanted: object, managedFields }) };
}

/** What may be applied through this door: the status through its own, everything else through the main one. */
function withinDoor(object: KubeObject, { resource, subresource }: Target): KubeObject {
  if (subresource === 'status') {
    const { apiVersion, kind, metadata, status } = object;
    const { name, namespace } = metadata;
    const bare = defined({ name, namespace });
    return status === undefined ? { apiVersion, kind, metadata: bare } : { apiVersion, kind, metadata: bare, status };
  }
  return resource.subresources.includes('status') ? withoutStatus(object) : object;
}

/** An applied configuration may leave out its name: the request says it. */
function named(body: Json, { name }: Target): Json {
  if (!isObject(body)) throw badRequest('the configuration is no object');
  const metadata = objectAt(body, 'metadata');
  if (metadata['name'] !== undefined && metadata['name'] !== name) {
    throw badRequest(
      `the name of the object (${textFrom(metadata['name'])}) does not match the name on the URL (${name})`,
    );
  }
  return { ...body, metadata: { ...metadata, name } };
}

function refuseUndeclared([path]: readonly string[], { resource, namespace, name }: Target): void {
  if (path === undefined) return;
  const type = `${namespace}/${name}; ${apiVersionOf(resource)}, Kind=${resource.kind}`;
  throw new StatusError(
    500,
    '',
    `failed to create typed patch object (${type}): .${path}: field not declared in schema`,
  );
}
