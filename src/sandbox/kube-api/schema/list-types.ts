import type { Json } from '../json.ts';
import { isList, isObject } from '../json.ts';
import type { FieldError } from '../status.ts';
import { fieldDuplicate } from '../status.ts';
import { keysOfItem } from './correlate.ts';
import type { Schema } from './schema.ts';
import { memberSchema, pathOfMember } from './schema.ts';

/** Finds what stands twice in lists that are sets, and keys that stand twice in lists that are maps. */
export function duplicates(value: Json, schema: Schema, path = ''): FieldError[] {
  if (isList(value)) {
    const { items } = schema;
    const inside = items ? value.flatMap((item, index) => duplicates(item, items, `${path}[${index}]`)) : [];
    return [...repeatedItems(value, schema, path), ...inside];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = memberSchema(schema, name);
    const declared = schema.properties && Object.hasOwn(schema.properties, name);
    return known ? duplicates(member, known, declared ? pathOfMember(path, name) : `${path}[${name}]`) : [];
  });
}

function repeatedItems(items: readonly Json[], schema: Schema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return [];
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, item] of items.entries()) {
    const identity = listType === 'set' ? item : keysOfItem(item, schema);
    const text = JSON.stringify(identity);
    if (seen.has(text)) errors.push(fieldDuplicate(`${path}[${index}]`, identity));
    seen.add(text);
  }
  return errors;
}
