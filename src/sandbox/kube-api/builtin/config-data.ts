import type { JsonObject, KubeObject } from '../json.ts';
import { isObject, memberAt, objectAt, stringAt, textFrom } from '../json.ts';
import type { FieldError } from '../status.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong } from '../status.ts';

const DATA_KEY = /^[-._a-zA-Z0-9]+$/;

export function dataKeyErrors(object: KubeObject, member: string): FieldError[] {
  const why =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
  const wrong = Object.keys(objectAt(object, member)).filter((key) => !DATA_KEY.test(key));
  return wrong.map((key) => fieldInvalid(`${member}[${key}]`, key, why));
}

/** Immutable once said so: neither the data nor the word itself can be changed. */
export function immutableErrors(
  object: KubeObject,
  old: KubeObject | undefined,
  members: readonly string[],
): FieldError[] {
  if (memberAt(old, 'immutable') !== true) return [];
  const changed = members.filter((member) => JSON.stringify(object[member]) !== JSON.stringify(old?.[member]));
  const unlocked = memberAt(object, 'immutable') === true ? [] : ['immutable'];
  return [...unlocked, ...changed].map((field) => fieldForbidden(field, 'field is immutable when `immutable` is set'));
}

/** `stringData` is a convenience for writers: it is stored as `data`. */
export function encodeStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const type = stringAt(object, 'type') || 'Opaque';
  if (!isObject(stringData)) return { ...rest, type };
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(textFrom(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...objectAt(object, 'data'), ...Object.fromEntries(encoded) }, type };
}

/** How much data an object may hold. */
const MOST_BYTES = 1024 * 1024;

function sizeOf(values: JsonObject, encoding: 'utf8' | 'base64'): number {
  return Object.values(values).reduce((sum: number, value) => sum + Buffer.byteLength(textFrom(value), encoding), 0);
}

export function configMapErrors(object: KubeObject): FieldError[] {
  const size = sizeOf(objectAt(object, 'data'), 'utf8') + sizeOf(objectAt(object, 'binaryData'), 'base64');
  // The real server says no field, which it writes like this.
  return size > MOST_BYTES ? [fieldTooLong('[]', MOST_BYTES)] : [];
}

/** What secrets of the types that Kubernetes itself uses have to hold. */
const KEYS_OF_TYPE: { readonly [type: string]: readonly string[] } = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
};
const BASIC_AUTH_KEYS = ['username', 'password'];
const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';

export function secretErrors(object: KubeObject): FieldError[] {
  const data = objectAt(object, 'data');
  if (sizeOf(data, 'base64') > MOST_BYTES) return [fieldTooLong('data', MOST_BYTES)];
  const type = stringAt(object, 'type') ?? '';
  const missing = (KEYS_OF_TYPE[type] ?? []).filter((key) => !Object.hasOwn(data, key));
  const errors = missing.map((key) => fieldRequired(`data[${key}]`));
  // One of the two is enough.
  if (type === 'kubernetes.io/basic-auth' && !BASIC_AUTH_KEYS.some((key) => Object.hasOwn(data, key)))
    errors.push(...BASIC_AUTH_KEYS.map((key) => fieldRequired(`data[${key}]`)));
  if (type === 'kubernetes.io/service-account-token' && !object.metadata.annotations?.[ACCOUNT_ANNOTATION])
    errors.push(fieldRequired(`metadata.annotations[${ACCOUNT_ANNOTATION}]`));
  return errors;
}
