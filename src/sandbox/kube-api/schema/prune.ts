import type { Json, JsonObject } from '../json.ts';
import { isList, isObject } from '../json.ts';
import type { Schema } from './schema.ts';
import { memberSchema, pathOfMember, withTypeAndMetadata } from './schema.ts';

/** A value without the fields that its schema does not declare, and the paths of what was left out. */
export interface Pruned {
  readonly value: JsonObject;
  readonly unknown: readonly string[];
}

/**
 * Removes what the schema does not know, as the API server does before it stores an object.
 *
 * *Guarantees*: pruning twice is pruning once; a value that fits comes back unchanged.
 */
export function prune(value: JsonObject, schema: Schema): Pruned {
  const unknown: string[] = [];
  const pruned = pruneMembers(value, schema, '', unknown);
  return { value: pruned, unknown };
}

function pruneAt(value: Json, schema: Schema, path: string, unknown: string[]): Json {
  if (isList(value)) return pruneItems(value, schema, path, unknown);
  return isObject(value) ? pruneMembers(value, schema, path, unknown) : value;
}

function pruneMembers(value: JsonObject, schema: Schema, path: string, unknown: string[]): JsonObject {
  const embedded = schema['x-kubernetes-embedded-resource'] ? withTypeAndMetadata(schema) : schema;
  const preserve = keepsUnknown(embedded);
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    const known = memberSchema(embedded, name);
    if (known) members.push([name, pruneAt(member, known, memberPath(embedded, path, name), unknown)]);
    else if (preserve) members.push([name, member]);
    else unknown.push(pathOfMember(path, name));
  }
  return Object.fromEntries(members);
}

function pruneItems(items: readonly Json[], schema: Schema, path: string, unknown: string[]): Json {
  const { items: itemSchema } = schema;
  if (!itemSchema) return items;
  return items.map((item, index) => pruneAt(item, itemSchema, `${path}[${index}]`, unknown));
}

function memberPath(schema: Schema, path: string, name: string): string {
  return schema.properties && Object.hasOwn(schema.properties, name) ? pathOfMember(path, name) : `${path}[${name}]`;
}

/** A schema without any type of members says nothing about them only when it says so, or when it is no object schema. */
function keepsUnknown(schema: Schema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
}
