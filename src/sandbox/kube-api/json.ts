/** What JSON can say. Everything inside the server is immutable; changes are made on copies. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** The parts of `metadata` that the server itself reads or writes; whatever else stands there is carried along. */
export type Metadata = {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
};

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

export type ManagedFieldsEntry = {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
};

/** A Kubernetes object. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [key: string]: Json;
};

/** *Throws* a `SyntaxError`. */
export function jsonFrom(text: string): Json {
  // What JSON.parse makes is JSON.
  return JSON.parse(text) as Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The member at `path`, or undefined where any step is absent or no object. */
export function memberAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const step of path) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}

export function stringAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const member = memberAt(value, ...path);
  return typeof member === 'string' ? member : undefined;
}

/** A scalar as text, what has parts as JSON; what is absent is empty. */
export function textFrom(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The object at `path`; an empty one where there is none. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const member = memberAt(value, ...path);
  return isObject(member) ? member : {};
}

export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const member = memberAt(value, ...path);
  return isList(member) ? member : [];
}

/** Equal as JSON values; the order of members does not count. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalJson(a[name], b[name]))
  );
}

/** Freezes a value through and through; what is frozen already is taken to be frozen inside too. */
export function deepFreeze<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

/** A copy without the named members. */
export function without(value: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** The object as it stands behind the main door of a resource whose status has a door of its own. */
export function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  return rest;
}

/** A copy without the members that are undefined: JSON has no such value. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    // The filter just above proves it; the type system cannot follow `Object.entries`.
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** The same object with other metadata. */
export function withMetadata(
  object: KubeObject,
  change: { [K in keyof Metadata]?: Metadata[K] | undefined },
): KubeObject {
  return { ...object, metadata: defined({ ...object.metadata, ...change }) };
}
