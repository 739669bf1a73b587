import type { Json, JsonObject } from '../json.ts';
import { isList, isObject } from '../json.ts';
import type { Schema } from './schema.ts';
import { memberSchema } from './schema.ts';

/**
 * Fills in the defaults of a schema. A member that is `null` where null is not allowed counts as absent: it gets its
 * default or is dropped, as the API server does. Defaults inside a default apply too.
 *
 * *Guarantees*: doing it twice changes nothing more.
 */
export function applyDefaults(value: JsonObject, schema: Schema): JsonObject;
export function applyDefaults(value: Json, schema: Schema): Json;
export function applyDefaults(value: Json, schema: Schema): Json {
  if (isList(value)) {
    const { items } = schema;
    return items ? value.map((item) => applyDefaults(item, items)) : value;
  }
  return isObject(value) ? defaultedMembers(value, schema) : value;
}

function defaultedMembers(value: JsonObject, schema: Schema): JsonObject {
  const members = new Map<string, Json>();
  for (const [name, member] of Object.entries(value)) {
    const known = memberSchema(schema, name);
    if (!known) members.set(name, member);
    else if (member !== null || known.nullable === true) members.set(name, applyDefaults(member, known));
  }
  for (const [name, known] of Object.entries(schema.properties ?? {})) {
    if (known.default !== undefined && !members.has(name)) members.set(name, applyDefaults(known.default, known));
  }
  return Object.fromEntries(members);
}
