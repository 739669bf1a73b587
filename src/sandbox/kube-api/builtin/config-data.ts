import type { KubeObject } from '../json.ts';
import { isObject, memberAt, objectAt, stringAt, textFrom } from '../json.ts';
import type { FieldError } from '../status.ts';
import { fieldForbidden, fieldInvalid } from '../status.ts';

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
