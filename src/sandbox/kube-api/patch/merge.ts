import type { Json } from '../json.ts';
import { isObject } from '../json.ts';

/** Applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value));
  }
  return Object.fromEntries(members);
}
