import type { Json, JsonObject, KubeObject, Metadata } from './json.ts';
import { isList, isObject } from './json.ts';
import type { Resource } from './resource.ts';
import type { FieldError } from './status.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong } from './status.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const RBAC_GROUP = 'rbac.authorization.k8s.io';

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What the API machinery finds wrong with an object's metadata. */
export function metadataErrors(object: KubeObject, old: KubeObject | undefined, resource: Resource): FieldError[] {
  const { metadata } = object;
  return [
    ...(old ? [] : nameErrors(metadata, resource)),
    ...annotationSizeErrors(metadata),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => labelErrors(key, value)),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) => keyErrors(key.toLowerCase(), 'metadata.annotations')),
    ...ownerErrors(metadata),
    ...(metadata.finalizers ?? []).flatMap((finalizer) => finalizerErrors(finalizer)),
    ...(old ? addedFinalizerErrors(metadata, old.metadata) : []),
  ];
}

function nameErrors(metadata: Metadata, resource: Resource): FieldError[] {
  const { name = '', generateName } = metadata;
  if (name === '') return generateName ? [] : [fieldRequired('metadata.name', 'name or generateName is required')];
  if (resource.group === RBAC_GROUP) return [];
  if (resource.group === '' && resource.plural === 'namespaces') {
    return DNS_LABEL.test(name) && name.length <= 63 ? [] : [fieldInvalid('metadata.name', name, LABEL_RULE)];
  }
  return subdomainErrors('metadata.name', name);
}

export function subdomainErrors(field: string, name: string): FieldError[] {
  if (name.length > 253) return [fieldInvalid(field, name, 'must be no more than 253 characters')];
  return SUBDOMAIN.test(name) ? [] : [fieldInvalid(field, name, SUBDOMAIN_RULE)];
}

const MOST_ANNOTATION_BYTES = 256 * 1024;

function annotationSizeErrors({ annotations = {} }: Metadata): FieldError[] {
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return size > MOST_ANNOTATION_BYTES ? [fieldTooLong('metadata.annotations', MOST_ANNOTATION_BYTES)] : [];
}

function labelErrors(key: string, value: string): FieldError[] {
  const errors = keyErrors(key, 'metadata.labels');
  if (value.length > 63) errors.push(fieldInvalid('metadata.labels', value, 'must be no more than 63 bytes'));
  if (!LABEL_VALUE.test(value)) errors.push(fieldInvalid('metadata.labels', value, VALUE_RULE));
  return errors;
}

/** A qualified name: an optional prefix that is a DNS subdomain, and a short name. */
function keyErrors(key: string, field: string): FieldError[] {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    const noun = field === 'metadata.labels' ? 'a valid label key' : 'a qualified name';
    const why = `${noun} must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    return [fieldInvalid(field, key, why)];
  }
  const errors: FieldError[] = [];
  const [prefix] = parts;
  if (parts.length === 2 && prefix === '') errors.push(fieldInvalid(field, key, 'prefix part must be non-empty'));
  else if (parts.length === 2 && !SUBDOMAIN.test(prefix ?? ''))
    errors.push(fieldInvalid(field, key, `prefix part ${SUBDOMAIN_RULE}`));
  if (name === '') errors.push(fieldInvalid(field, key, 'name part must be non-empty'));
  else if (name.length > 63) errors.push(fieldInvalid(field, key, 'name part must be no more than 63 bytes'));
  if (!QUALIFIED_NAME.test(name)) errors.push(fieldInvalid(field, key, QUALIFIED_RULE));
  return errors;
}

function finalizerErrors(finalizer: string): FieldError[] {
  const parts = finalizer.split('/');
  return parts.length <= 2 && QUALIFIED_NAME.test(parts.at(-1) ?? '')
    ? []
    : keyErrors(finalizer, 'metadata.finalizers');
}

function ownerErrors(metadata: Metadata): FieldError[] {
  const path = 'metadata.ownerReferences';
  const owners = metadata.ownerReferences ?? [];
  const errors = owners.flatMap(({ apiVersion, kind, name, uid }) => [
    ...(apiVersion ? [] : [fieldInvalid(`${path}.apiVersion`, '', 'version must not be empty')]),
    ...(kind ? [] : [fieldInvalid(`${path}.kind`, '', 'must not be empty')]),
    ...(name ? [] : [fieldInvalid(`${path}.name`, '', 'must not be empty')]),
    ...(uid ? [] : [fieldInvalid(`${path}.uid`, '', 'must not be empty')]),
  ]);
  const controllers = owners.filter(({ controller }) => controller === true);
  if (controllers.length > 1) {
    const [first, second] = controllers.map(({ kind, name }) => `"${kind}" "${name}"`);
    const why = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
    errors.push(fieldInvalid(path, owners, why));
  }
  return errors;
}

function addedFinalizerErrors(metadata: Metadata, old: Metadata): FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [fieldForbidden('metadata.finalizers', why)];
}

/** Drops what says nothing: nulls, empty strings, lists and maps of metadata, and a generation of zero, are never stored. */
export function compactMetadata(metadata: JsonObject): Metadata {
  const isZero = (name: string, value: Json): boolean => name === 'generation' && value === 0;
  return Object.fromEntries(
    Object.entries(metadata).filter(([name, value]) => !isBlank(value) && !isZero(name, value)),
  );
}

function isBlank(value: Json): boolean {
  if (value === null || value === '') return true;
  return isList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
