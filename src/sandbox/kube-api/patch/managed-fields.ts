import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../json.ts';
import { defined, equalJson, isObject, jsonFrom, objectAt, withMetadata, without } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import type { Cause } from '../status.ts';
import { StatusError } from '../status.ts';
import type { FieldSet } from './fields.ts';
import {
  NO_FIELDS,
  appliedFields,
  compareFields,
  difference,
  fieldsFromV1,
  fieldsToV1,
  intersection,
  isEmptySet,
  mergeApplied,
  pathsOf,
  removeFields,
  union,
} from './fields.ts';

/*
 * Who set which field (https://kubernetes.io/docs/reference/using-api/server-side-apply/). An entry stands for what one
 * manager did in one way: by applying its whole intent, or by updating.
 *
 * - An update gives its manager the fields that it changed, and takes them from all others.
 * - An apply gives its manager exactly the fields of its configuration. What it applied before and no longer names is
 *   removed from the object, unless somebody else has it too. A field that another manager has, with another value, is a
 *   conflict; with force it changes hands.
 */

/** Who writes, by which way, and when. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  /** Whether the object is of a kind that the server has itself. */
  readonly builtin: boolean;
  /** RFC 3339. */
  readonly now: string;
}

interface Owner {
  readonly entry: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

/** What the server keeps for itself: nobody owns it. */
const UNOWNED_METADATA = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
];

/** An object always has the members of its type: metadata, and a built-in one its empty parts too. Nobody adds them. */
function ownable(object: KubeObject | undefined, isBuiltin = false): JsonObject {
  const always = isBuiltin ? { spec: {}, status: {} } : {};
  if (!object) return { metadata: {}, ...always };
  const { metadata } = object;
  return { ...always, ...without(object, 'apiVersion', 'kind'), metadata: without(metadata, ...UNOWNED_METADATA) };
}

function ownersOf(object: KubeObject | undefined): Owner[] {
  const entries = object?.metadata.managedFields ?? [];
  return entries.map((entry) => ({ entry, fields: fieldsFromV1(entry.fieldsV1) }));
}

function isSame(entry: ManagedFieldsEntry, writer: Writer, operation: 'Apply' | 'Update'): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    entry.subresource === writer.subresource &&
    (operation === 'Apply' || entry.apiVersion === writer.apiVersion)
  );
}

function entryFrom(fields: FieldSet, writer: Writer, operation: 'Apply' | 'Update'): ManagedFieldsEntry {
  const { manager, apiVersion, subresource, now } = writer;
  return defined({
    manager,
    operation,
    apiVersion,
    time: now,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsToV1(fields),
    subresource,
  });
}

const ORDER = (entry: ManagedFieldsEntry): string =>
  [entry.operation, entry.time ?? '', entry.manager, entry.apiVersion, entry.subresource ?? ''].join('\n');

function entriesFrom(owners: readonly Owner[]): readonly ManagedFieldsEntry[] {
  const entries = owners.filter(({ fields }) => !isEmptySet(fields)).map(({ entry }) => entry);
  return entries.sort((a, b) => (ORDER(a) < ORDER(b) ? -1 : 1));
}

/** Takes fields away from an owner; an owner who loses nothing keeps the time of its entry. */
function lessened(owner: Owner, lost: FieldSet): Owner {
  if (isEmptySet(intersection(owner.fields, lost))) return owner;
  const fields = difference(owner.fields, lost);
  return { entry: { ...owner.entry, fieldsV1: fieldsToV1(fields) }, fields };
}

/**
 * Whose list of owners an update goes on from: a writer may set the list itself, as tools do that move ownership, or reset it
 * with one empty entry. Who leaves it out, or writes a status, changes nothing of it.
 */
function ownershipIn(
  after: KubeObject,
  before: KubeObject | undefined,
  { subresource }: Writer,
): KubeObject | undefined {
  const { managedFields = [] } = after.metadata;
  if (subresource !== undefined || managedFields.length === 0) return before;
  const [first] = managedFields;
  const isReset = managedFields.length === 1 && first !== undefined && Object.keys(first).length === 0;
  if (isReset) return withMetadata(after, { managedFields: [] });
  return managedFields.every(isWellFormed) ? after : before;
}

function isWellFormed({ operation, fieldsType, fieldsV1 }: Partial<ManagedFieldsEntry>): boolean {
  return (operation === 'Apply' || operation === 'Update') && fieldsType === 'FieldsV1' && isObject(fieldsV1);
}

/** `managedFields` after `writer` turned `before` into `after`. */
export function fieldsAfterUpdate(
  before: KubeObject | undefined,
  after: KubeObject,
  writer: Writer,
  schema: Schema,
): readonly ManagedFieldsEntry[] {
  const { added, modified, removed } = compareFields(
    ownable(before, writer.builtin),
    ownable(after, writer.builtin),
    schema,
  );
  const taken = union(added, modified);
  const owners = ownersOf(ownershipIn(after, before, writer));
  const mine = owners.find(({ entry }) => isSame(entry, writer, 'Update'));
  const others = owners.filter((owner) => owner !== mine).map((owner) => lessened(owner, union(taken, removed)));
  const fields = union(difference(mine?.fields ?? NO_FIELDS, removed), taken);
  const unchanged = mine !== undefined && equalJson(fieldsToV1(fields), mine.entry.fieldsV1) && isEmptySet(taken);
  const entry = unchanged ? mine.entry : entryFrom(fields, writer, 'Update');
  return entriesFrom([...others, { entry, fields }]);
}

export interface Applied {
  readonly object: KubeObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
}

/**
 * The object after `writer` applied its configuration to the live one.
 *
 * *Throws* 409 with the fields in conflict, unless `force`.
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  configuration: KubeObject,
  writer: Writer & { readonly force: boolean },
  schema: Schema,
): Applied {
  const owners = ownersOf(live);
  const mine = owners.find(({ entry }) => isSame(entry, writer, 'Apply'));
  const others = owners.filter((owner) => owner !== mine);
  const fields = appliedFields(withoutBareMetadata(ownable(configuration)), schema);
  const before = ownable(live);
  const merged = live ? mergeApplied(before, ownable(configuration), schema) : ownable(configuration);
  const othersFields = others.map((owner) => owner.fields).reduce(union, NO_FIELDS);
  const dropped = difference(difference(mine?.fields ?? NO_FIELDS, fields), othersFields);
  const content = removeFields(merged, dropped, union(fields, othersFields), schema);
  const { added, modified } = compareFields(before, content, schema);
  const taken = union(added, modified);
  if (!writer.force) refuseConflicts(others, difference(taken, fieldsOfLastApplied(live, writer, schema)));
  const left = others.map((owner) => lessened(owner, taken));
  const entry =
    mine && equalJson(fieldsToV1(fields), mine.entry.fieldsV1) && isEmptySet(taken)
      ? mine.entry
      : entryFrom(fields, writer, 'Apply');
  const managedFields = entriesFrom([...left, { entry, fields }]);
  return { object: reassembled(live ?? configuration, content), managedFields };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What kubectl applied from the client's side and nobody changed since: when it goes over to the server's side, these fields
 * are no conflicts for it.
 */
function fieldsOfLastApplied(live: KubeObject | undefined, { manager }: Writer, schema: Schema): FieldSet {
  const text = live?.metadata.annotations?.[LAST_APPLIED];
  if (manager !== 'kubectl' || !live || text === undefined) return NO_FIELDS;
  const last = objectFrom(text);
  if (last?.apiVersion !== live.apiVersion) return NO_FIELDS;
  const { added, modified, removed } = compareFields(ownable(last), ownable(live), schema);
  return [added, modified, removed].reduce(difference, appliedFields(ownable(last), schema));
}

/** Undefined for text that is no object: anybody can write an annotation. */
function objectFrom(text: string): KubeObject | undefined {
  try {
    const value = jsonFrom(text);
    // Only its members are looked at, each for what it is.
    return isObject(value) ? ({ ...value, metadata: objectAt(value, 'metadata') } as KubeObject) : undefined;
  } catch {
    // Nobody can say what was applied, so nothing is exempt.
    return undefined;
  }
}

function withoutBareMetadata(content: JsonObject): JsonObject {
  const { metadata } = content;
  return isObject(metadata) && Object.keys(metadata).length === 0 ? without(content, 'metadata') : content;
}

/** Puts what nobody owns back around the merged content. */
function reassembled(base: KubeObject, content: JsonObject): KubeObject {
  const kept = Object.fromEntries(Object.entries(base.metadata).filter(([name]) => UNOWNED_METADATA.includes(name)));
  const metadata = { ...objectAt(content, 'metadata'), ...kept };
  return { apiVersion: base.apiVersion, kind: base.kind, ...content, metadata };
}

function refuseConflicts(others: readonly Owner[], taken: FieldSet): void {
  const conflicts = others.flatMap(({ entry, fields }) =>
    pathsOf(intersection(fields, taken)).map((field) => ({ manager: entry.manager, entry, field })),
  );
  if (conflicts.length === 0) return;
  const causes: Cause[] = conflicts.map(({ entry, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${ownerText(entry)}`,
    field,
  }));
  const byOwner = Map.groupBy(conflicts, ({ entry }) => ownerText(entry));
  const many = `${conflicts.length} ${conflicts.length === 1 ? 'conflict' : 'conflicts'}`;
  throw new StatusError(409, 'Conflict', `Apply failed with ${many}: ${conflictText(byOwner)}`, { causes });
}

function ownerText({ manager, operation, apiVersion, subresource, time }: ManagedFieldsEntry): string {
  const through = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return operation === 'Update'
    ? `"${manager}"${through} using ${apiVersion} at ${time ?? ''}`
    : `"${manager}"${through}`;
}

function conflictText(byOwner: ReadonlyMap<string, readonly { readonly field: string }[]>): string {
  const all = [...byOwner];
  const [only] = all;
  if (all.length === 1 && only?.[1].length === 1) return `conflict with ${only[0]}: ${only[1][0]?.field ?? ''}`;
  return all
    .map(([owner, fields]) => `conflicts with ${owner}:\n${fields.map(({ field }) => `- ${field}`).join('\n')}`)
    .join('\n');
}

/** The same with other managed fields; an empty list leaves the member out. */
export function withManagedFields(object: KubeObject, managedFields: readonly ManagedFieldsEntry[]): KubeObject {
  return withMetadata(object, { managedFields: managedFields.length === 0 ? undefined : managedFields });
}

/** Whether two lists say the same about who has what; when it was said does not count. */
export function sameOwnership(a: readonly ManagedFieldsEntry[] = [], b: readonly ManagedFieldsEntry[] = []): boolean {
  const timeless = (entries: readonly ManagedFieldsEntry[]): JsonObject[] =>
    entries.map((entry) => without(entry, 'time'));
  return equalJson(timeless(a), timeless(b));
}
