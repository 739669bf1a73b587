import type { Json, JsonObject } from '../json.ts';
import { equalJson, isList, isObject, jsonFrom, objectAt } from '../json.ts';
import { keysOfItem } from '../schema/correlate.ts';
import type { Schema } from '../schema/schema.ts';
import { memberSchema } from '../schema/schema.ts';

/**
 * A set of places in an object, as `fieldsV1` writes it: a tree whose keys are `f:name` for a member, `k:{…}` for an item
 * of a list by its keys, `v:…` for an item of a set by its value.
 */
export interface FieldSet {
  /** Whether the place itself is in the set, not only places inside it. */
  readonly self: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const NO_FIELDS: FieldSet = { self: false, children: new Map() };

export function fieldsFromV1(fields: JsonObject): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [key, inner] of Object.entries(fields)) {
    if (key === '.' || !isObject(inner)) continue;
    const child = fieldsFromV1(inner);
    // An empty object stands for the place itself, and nothing inside it.
    children.set(key, child.children.size === 0 ? { ...child, self: true } : child);
  }
  return { self: Object.hasOwn(fields, '.'), children };
}

export function fieldsToV1({ self, children }: FieldSet): JsonObject {
  const entries = [...children].sort(([a], [b]) => (a < b ? -1 : 1));
  const inner = entries.map(([key, child]): [string, Json] => [key, fieldsToV1(child)]);
  return Object.fromEntries(self && inner.length > 0 ? [['.', {}], ...inner] : inner);
}

export function isEmptySet({ self, children }: FieldSet): boolean {
  return !self && [...children.values()].every(isEmptySet);
}

function combine(a: FieldSet, b: FieldSet, keep: (a: boolean, b: boolean) => boolean): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const key of new Set([...a.children.keys(), ...b.children.keys()])) {
    const child = combine(a.children.get(key) ?? NO_FIELDS, b.children.get(key) ?? NO_FIELDS, keep);
    if (!isEmptySet(child)) children.set(key, child);
  }
  return { self: keep(a.self, b.self), children };
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (one, other) => one || other);
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (one, other) => one && !other);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (one, other) => one && other);

/** The places as messages name them: `.spec.ports[name="a"].port`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const own = set.self && prefix !== '' ? [prefix] : [];
  return [...own, ...[...set.children].flatMap(([key, child]) => pathsOf(child, prefix + stepText(key)))];
}

function stepText(key: string): string {
  const text = key.slice(2);
  if (key.startsWith('f:')) return `.${text}`;
  if (key.startsWith('v:')) return `[=${text}]`;
  const keys = Object.entries(objectAt(jsonFrom(text)));
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

/** One step into a value that has parts of its own. */
interface Part {
  readonly key: string;
  readonly value: Json;
  readonly schema: Schema | undefined;
}

/** The parts of a value that are owned separately; undefined for a scalar and for what is owned as a whole. */
function partsOf(value: Json | undefined, schema: Schema | undefined): readonly Part[] | undefined {
  if (isObject(value)) {
    if (schema?.['x-kubernetes-map-type'] === 'atomic') return undefined;
    return Object.entries(value).map(([name, member]) => ({
      key: `f:${name}`,
      value: member,
      schema: memberSchema(schema, name),
    }));
  }
  if (!isList(value)) return undefined;
  const listType = schema?.['x-kubernetes-list-type'];
  if (listType === 'set')
    return value.map((item) => ({ key: `v:${JSON.stringify(item)}`, value: item, schema: schema?.items }));
  if (listType !== 'map' || !schema) return undefined;
  return value.map((item) => ({
    key: `k:${JSON.stringify(keysOfItem(item, schema))}`,
    value: item,
    schema: schema.items,
  }));
}

/** What somebody who applies `value` says: its leaves, and each item of a list with an identity. */
export function appliedFields(value: Json, schema: Schema | undefined, isItem = false): FieldSet {
  const parts = partsOf(value, schema);
  if (!parts || parts.length === 0) return { self: true, children: new Map() };
  const children = parts.map((part): [string, FieldSet] => [
    part.key,
    appliedFields(part.value, part.schema, !part.key.startsWith('f:')),
  ]);
  return { self: isItem, children: new Map(children) };
}

/** Every place in a value, containers too. */
function allFields(value: Json, schema: Schema | undefined): FieldSet {
  const parts = partsOf(value, schema) ?? [];
  return { self: true, children: new Map(parts.map((part) => [part.key, allFields(part.value, part.schema)])) };
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const SAME: Comparison = { added: NO_FIELDS, modified: NO_FIELDS, removed: NO_FIELDS };

/** Where two states of an object differ. */
export function compareFields(
  before: Json | undefined,
  after: Json | undefined,
  schema: Schema | undefined,
): Comparison {
  if (before === undefined && after === undefined) return SAME;
  if (before === undefined) return { ...SAME, added: allFields(after ?? null, schema) };
  if (after === undefined) return { ...SAME, removed: allFields(before, schema) };
  const [old, now] = [partsOf(before, schema), partsOf(after, schema)];
  if (!old || !now || isList(before) !== isList(after)) {
    return equalJson(before, after) ? SAME : { ...SAME, modified: { self: true, children: new Map() } };
  }
  return compareParts(old, now);
}

function compareParts(before: readonly Part[], after: readonly Part[]): Comparison {
  const [old, now] = [new Map(before.map((part) => [part.key, part])), new Map(after.map((part) => [part.key, part]))];
  const sets = {
    added: new Map<string, FieldSet>(),
    modified: new Map<string, FieldSet>(),
    removed: new Map<string, FieldSet>(),
  };
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [one, other] = [old.get(key), now.get(key)];
    const inner = compareFields(one?.value, other?.value, (other ?? one)?.schema);
    for (const name of ['added', 'modified', 'removed'] as const) {
      if (!isEmptySet(inner[name])) sets[name].set(key, inner[name]);
    }
  }
  const setOf = (children: ReadonlyMap<string, FieldSet>): FieldSet => ({ self: false, children });
  return { added: setOf(sets.added), modified: setOf(sets.modified), removed: setOf(sets.removed) };
}

/** Lays an applied configuration over the live value. */
export function mergeApplied(live: JsonObject, applied: JsonObject, schema: Schema | undefined): JsonObject;
export function mergeApplied(live: Json, applied: Json, schema: Schema | undefined): Json;
export function mergeApplied(live: Json, applied: Json, schema: Schema | undefined): Json {
  const [old, parts] = [partsOf(live, schema), partsOf(applied, schema)];
  if (!old || !parts || isList(live) !== isList(applied)) return applied;
  const now = new Map(parts.map((part) => [part.key, part]));
  const known = new Set(old.map(({ key }) => key));
  const merged = [
    ...old.map((part) => ({ ...part, value: mergePart(part, now.get(part.key)) })),
    ...parts.filter(({ key }) => !known.has(key)),
  ];
  return valueFrom(merged, isList(applied));
}

function mergePart(live: Part, applied: Part | undefined): Json {
  return applied ? mergeApplied(live.value, applied.value, applied.schema) : live.value;
}

function valueFrom(parts: readonly Part[], asList: boolean): Json {
  if (asList) return parts.map(({ value }) => value);
  return Object.fromEntries(parts.map(({ key, value }) => [key.slice(2), value]));
}

/** Takes the places of `unwanted` out of a value; a container that becomes empty goes too unless `kept` names it. */
export function removeFields(
  value: JsonObject,
  unwanted: FieldSet,
  kept: FieldSet,
  schema: Schema | undefined,
): JsonObject;
export function removeFields(value: Json, unwanted: FieldSet, kept: FieldSet, schema: Schema | undefined): Json;
export function removeFields(value: Json, unwanted: FieldSet, kept: FieldSet, schema: Schema | undefined): Json {
  const parts = partsOf(value, schema);
  if (!parts) return value;
  const left = parts.flatMap((part) => {
    const [gone, stays] = [unwanted.children.get(part.key), kept.children.get(part.key)];
    if (!gone) return [part];
    if (gone.self && !stays) return [];
    const inner = removeFields(part.value, gone, stays ?? NO_FIELDS, part.schema);
    const isBare = partsOf(inner, part.schema)?.length === 0;
    return isBare && !stays ? [] : [{ ...part, value: inner }];
  });
  return valueFrom(left, isList(value));
}
