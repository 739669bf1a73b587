import type { Json } from '../json.ts';
import { isObject } from '../json.ts';

/** Applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete members[name];
    else members[name] = mergePatch(members[name], value);
  }
  return members;
}
