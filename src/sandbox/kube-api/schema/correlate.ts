import type { Json, JsonObject } from '../json.ts';
import { equalJson, isList, isObject } from '../json.ts';
import type { Schema } from './schema.ts';
import { memberSchema } from './schema.ts';

/** The values of an item's keys in a `map` list, by the names of the keys; the schema's defaults fill in absent ones. */
export function keysOfItem(item: Json, listSchema: Schema): JsonObject {
  const keys: [string, Json][] = [];
  for (const name of listSchema['x-kubernetes-list-map-keys'] ?? []) {
    const value = (isObject(item) ? item[name] : undefined) ?? memberSchema(listSchema.items, name)?.default;
    if (value !== undefined) keys.push([name, value]);
  }
  return Object.fromEntries(keys.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The item of the old list that `item` is a later state of. Only lists of type `map` say which that is; items of other
 * lists have no past.
 */
export function correlate(item: Json, old: Json | undefined, listSchema: Schema): Json | undefined {
  if (!isList(old) || listSchema['x-kubernetes-list-type'] !== 'map') return undefined;
  const keys = keysOfItem(item, listSchema);
  return old.find((one) => equalJson(keysOfItem(one, listSchema), keys));
}
