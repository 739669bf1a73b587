/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One operation of [RFC 6902](https://www.rfc-editor.org/rfc/rfc6902). */
export type JsonPatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** How an object is to be changed; the content type follows from `type`. */
export type Patch =
  | { readonly type: 'json'; readonly body: readonly JsonPatchOperation[] }
  | { readonly type: 'merge'; readonly body: object }
  | { readonly type: 'apply'; readonly body: object; readonly fieldManager: string; readonly force: boolean };

/** A [JSON patch](https://www.rfc-editor.org/rfc/rfc6902): all of its operations, or, when a `test` fails, none. */
export function jsonPatch(...operations: readonly JsonPatchOperation[]): Patch {
  return { type: 'json', body: operations };
}

/** A [JSON merge patch](https://www.rfc-editor.org/rfc/rfc7386): null removes, lists are replaced as a whole. */
export function mergePatch(body: object): Patch {
  return { type: 'merge', body };
}

/** Server-side apply; `force` takes fields over from other managers. Default: false. */
export function applyPatch(body: object, options: { readonly fieldManager: string; readonly force?: boolean }): Patch {
  return { type: 'apply', body, fieldManager: options.fieldManager, force: options.force ?? false };
}

/** A [JSON pointer](https://www.rfc-editor.org/rfc/rfc6901) to the field that `parts` lead to. */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * The merge patch that makes `after` of `before`; undefined when they are equal.
 *
 * Fields that are `undefined` count as absent. A null in `after` cannot be said in a merge patch and counts as absent
 * too, as it does to an API server for any field that is not nullable.
 */
export function mergePatchBetween(before: unknown, after: unknown): Json | undefined {
  if (!isRecord(before) || !isRecord(after)) return isSameJson(before, after) ? undefined : withoutAbsent(after);
  const changes = keysOf(before, after).flatMap((key) => {
    const change = changeOf(ownOf(before, key), ownOf(after, key));
    return change === undefined ? [] : [[key, change] as const];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

function changeOf(before: unknown, after: unknown): Json | undefined {
  if (isAbsent(after)) return isAbsent(before) ? undefined : null;
  return isAbsent(before) ? withoutAbsent(after) : mergePatchBetween(before, after);
}

/** Whether two values are the same JSON; fields that are `undefined` count as absent, the order of fields does not count. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return keysOf(a, b).every((key) => isSameJson(ownOf(a, key), ownOf(b, key)));
}

type JsonRecord = Readonly<Record<string, unknown>>;

function keysOf(a: JsonRecord, b: JsonRecord): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

/** What a user calls `constructor` is not what every object has by that name. */
function ownOf(record: JsonRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A copy as JSON would carry it, less the nulls of mappings, which a merge patch would read as removals. */
function withoutAbsent(value: unknown): Json {
  if (Array.isArray(value)) return value.map((item) => (isAbsent(item) ? null : withoutAbsent(item)));
  // Who patches hands in what JSON can say; lists and mappings were just dealt with.
  if (!isRecord(value)) return value as Json;
  const present = Object.entries(value).filter(([, item]) => !isAbsent(item));
  return Object.fromEntries(present.map(([key, item]) => [key, withoutAbsent(item)]));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
