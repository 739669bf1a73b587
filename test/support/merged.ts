import type { KubeObject } from '../../src/kube/resource.ts';

/** What a merge patch makes of an object, as an API server does it; a new spec is another generation. */
export function mergedInto<T extends KubeObject>(object: T, fields: { readonly spec?: unknown }): T {
  const generation = (object.metadata.generation ?? 0) + (fields.spec === undefined ? 0 : 1);
  // An object with fields of its kind merged in is of its kind.
  const merged = mergedValue(object, fields) as T;
  return { ...merged, metadata: { ...merged.metadata, generation } };
}

function mergedValue(before: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const fields = { ...(isRecord(before) ? before : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete fields[key];
    else fields[key] = mergedValue(fields[key], value);
  }
  return fields;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
