import type { Json, JsonObject } from '../json.ts';
import { equalJson, isList, isObject, without } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { memberSchema } from '../schema/schema.ts';

/**
 * Applies a
 * [strategic merge patch](https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md):
 * a merge patch in which lists with a merge key are merged item by item. Knows `$patch: delete|replace|merge`,
 * `$deleteFromPrimitiveList/…` and `$setElementOrder/…` (the order is kept for the listed items), `$retainKeys`.
 */
export function strategicMergePatch(target: Json | undefined, patch: Json, schema: Schema | undefined): Json {
  if (!isObject(patch)) return patch;
  const directive = patch['$patch'];
  const content = without(patch, '$patch', '$retainKeys');
  if (directive === 'delete') return {};
  if (directive === 'replace') return content;
  const retained = patch['$retainKeys'];
  const kept = isList(retained) && isObject(target) ? pick(target, retained) : target;
  return mergeMembers(isObject(kept) ? kept : {}, content, schema);
}

function pick(target: JsonObject, names: readonly Json[]): JsonObject {
  return Object.fromEntries(Object.entries(target).filter(([name]) => names.includes(name)));
}

const DELETE_PREFIX = '$deleteFromPrimitiveList/';
const ORDER_PREFIX = '$setElementOrder/';

function mergeMembers(target: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  const members = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_PREFIX)) removeItems(members, name.slice(DELETE_PREFIX.length), value);
    else if (name.startsWith(ORDER_PREFIX)) continue;
    else if (value === null) members.delete(name);
    else members.set(name, mergeMember(members.get(name), value, memberSchema(schema, name)));
  }
  for (const [name, order] of Object.entries(patch)) {
    if (name.startsWith(ORDER_PREFIX)) sortItems(members, name.slice(ORDER_PREFIX.length), order, schema);
  }
  return Object.fromEntries(members);
}

function removeItems(members: Map<string, Json>, name: string, unwanted: Json): void {
  const items = members.get(name);
  if (isList(items) && isList(unwanted))
    members.set(
      name,
      items.filter((item) => !unwanted.some((one) => equalJson(one, item))),
    );
}

function mergeMember(target: Json | undefined, patch: Json, schema: Schema | undefined): Json {
  if (!isList(patch)) return strategicMergePatch(target, patch, schema);
  const key = schema?.['x-kubernetes-patch-merge-key'];
  const items = isList(target) ? target : [];
  if (key !== undefined) return mergeItems(items, patch, key, schema?.items);
  if (schema?.['x-kubernetes-patch-strategy'] !== 'merge') return patch;
  return [...items, ...patch.filter((item) => !items.some((one) => equalJson(one, item)))];
}

function mergeItems(
  items: readonly Json[],
  patch: readonly Json[],
  key: string,
  schema: Schema | undefined,
): readonly Json[] {
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => !isObject(item) || item['$patch'] === undefined);
  }
  return patch.reduce<readonly Json[]>((merged, item) => mergeItem(merged, item, key, schema), items);
}

function mergeItem(items: readonly Json[], patch: Json, key: string, schema: Schema | undefined): readonly Json[] {
  if (!isObject(patch)) return items;
  const index = items.findIndex((item) => isObject(item) && equalJson(item[key], patch[key]));
  if (patch['$patch'] === 'delete') return items.filter((_, at) => at !== index);
  const merged = strategicMergePatch(items[index], patch, schema);
  return index === -1 ? [...items, merged] : items.with(index, merged);
}

/** Items that the order names come in that order; the others keep their places among themselves, after them. */
function sortItems(members: Map<string, Json>, name: string, order: Json, schema: Schema | undefined): void {
  const items = members.get(name);
  if (!isList(items) || !isList(order)) return;
  const key = memberSchema(schema, name)?.['x-kubernetes-patch-merge-key'];
  const identity = (item: Json): Json | undefined => (key !== undefined && isObject(item) ? item[key] : item);
  const rank = (item: Json): number => {
    const index = order.findIndex((one) => equalJson(identity(one), identity(item)));
    return index === -1 ? order.length : index;
  };
  members.set(
    name,
    items.toSorted((a, b) => rank(a) - rank(b)),
  );
}
