import type { Schema } from '../schema/schema.ts';

/* Short words for schemas; the built-in kinds are written with them. */

export const string: Schema = { type: 'string' };
export const boolean: Schema = { type: 'boolean' };
export const integer: Schema = { type: 'integer', format: 'int32' };
export const long: Schema = { type: 'integer', format: 'int64' };
export const time: Schema = { type: 'string', format: 'date-time', nullable: true };
export const microTime: Schema = { type: 'string', format: 'micro-time', nullable: true };
export const bytes: Schema = { type: 'string', format: 'byte' };
export const quantity: Schema = { 'x-kubernetes-int-or-string': true };
/** Whatever the writer puts there. */
export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export function object(properties: { readonly [name: string]: Schema }, required: readonly string[] = []): Schema {
  return required.length === 0 ? { type: 'object', properties } : { type: 'object', properties, required };
}

export function atomic(schema: Schema): Schema {
  return { ...schema, 'x-kubernetes-map-type': 'atomic' };
}

export function mapOf(additionalProperties: Schema): Schema {
  return { type: 'object', additionalProperties };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items, 'x-kubernetes-list-type': 'atomic' };
}

export function setOf(items: Schema): Schema {
  return { type: 'array', items, 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
}

/** A list whose items are told apart by one member, in apply and in strategic merge patches alike. */
export function keyedBy(key: string, items: Schema): Schema {
  return {
    type: 'array',
    items,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': [key],
    'x-kubernetes-patch-merge-key': key,
    'x-kubernetes-patch-strategy': 'merge',
  };
}

export function described(description: string, schema: Schema): Schema {
  return { ...schema, description };
}
