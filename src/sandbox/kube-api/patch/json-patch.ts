import type { Json } from '../json.ts';
import { equalJson, isList, isObject } from '../json.ts';

/** Why a JSON patch cannot be applied: it is no patch, or it does not fit the object. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
  readonly malformed: boolean;

  constructor(message: string, malformed = false) {
    super(message);
    this.malformed = malformed;
  }
}

/** The most operations that the API server takes in one patch. */
const MOST_OPERATIONS = 10_000;

/**
 * Applies a JSON patch ([RFC 6902](https://www.rfc-editor.org/rfc/rfc6902)). Either all operations take effect or none.
 *
 * *Throws* {@link JsonPatchError}.
 */
export function applyJsonPatch(target: Json, patch: Json): Json {
  if (!isList(patch)) throw new JsonPatchError('a JSON patch is a list of operations', true);
  if (patch.length > MOST_OPERATIONS) throw new JsonPatchError('too many operations', true);
  return patch.reduce<Json>((value, operation) => applyOperation(value, operation), target);
}

function applyOperation(target: Json, operation: Json): Json {
  if (!isObject(operation)) throw new JsonPatchError('an operation is an object', true);
  const { op, path, from, value } = operation;
  const at = pointerFrom(path);
  switch (op) {
    case 'add':
      return add(target, at, given(value));
    case 'remove':
      return remove(target, at);
    case 'replace':
      return replace(target, at, given(value));
    case 'move':
      return move(target, pointerFrom(from), at);
    case 'copy':
      return add(target, at, existing(target, pointerFrom(from)));
    case 'test':
      if (!equalJson(read(target, at), value ?? null)) throw new JsonPatchError(`testing path /${at.join('/')} failed`);
      return target;
    default:
      throw new JsonPatchError(`unexpected operation ${JSON.stringify(op)}`);
  }
}

function given(value: Json | undefined): Json {
  if (value === undefined) throw new JsonPatchError('the operation has no value', true);
  return value;
}

function pointerFrom(path: Json | undefined): readonly string[] {
  if (typeof path !== 'string') throw new JsonPatchError('the operation has no path', true);
  if (path === '') return [];
  if (!path.startsWith('/')) throw new JsonPatchError(`the path ${path} does not start with /`, true);
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(value: Json | undefined, path: readonly string[]): Json | undefined {
  let at = value;
  for (const step of path) {
    if (isList(at)) at = at[indexFrom(step, at.length)];
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

function existing(value: Json, path: readonly string[]): Json {
  const found = read(value, path);
  if (found === undefined) throw new JsonPatchError(`nothing stands at /${path.join('/')}`);
  return found;
}

/** The index that a step names; one that names none is past the end. */
function indexFrom(step: string, length: number): number {
  return /^(0|[1-9]\d*)$/.test(step) ? Number(step) : length;
}

function replace(target: Json, path: readonly string[], value: Json): Json {
  existing(target, path);
  return path.length === 0 ? value : changed(target, path, (parent, step) => withMember(parent, step, value));
}

function move(target: Json, from: readonly string[], to: readonly string[]): Json {
  const value = existing(target, from);
  if (to.length > from.length && from.every((step, index) => to[index] === step)) {
    throw new JsonPatchError('a value cannot be moved into itself');
  }
  return add(remove(target, from), to, value);
}

function add(target: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  return changed(target, path, (parent, step) => {
    if (!isList(parent)) return withMember(parent, step, value);
    const index = step === '-' ? parent.length : indexFrom(step, Infinity);
    if (index > parent.length) throw new JsonPatchError(`unable to access invalid index: ${step}`);
    return parent.toSpliced(index, 0, value);
  });
}

function remove(target: Json, path: readonly string[]): Json {
  existing(target, path);
  return changed(target, path, (parent, step) => {
    if (isList(parent)) return parent.toSpliced(indexFrom(step, parent.length), 1);
    return isObject(parent) ? Object.fromEntries(Object.entries(parent).filter(([name]) => name !== step)) : parent;
  });
}

/** Rebuilds the values on the way to the last step, and changes the one that holds it. */
function changed(target: Json, path: readonly string[], change: (parent: Json, step: string) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(target, '');
  if (rest.length === 0) return change(target, step);
  return withMember(target, step, changed(existing(target, [step]), rest, change));
}

function withMember(parent: Json, step: string, value: Json): Json {
  if (isList(parent)) return parent.with(indexFrom(step, parent.length), value);
  if (isObject(parent)) return { ...parent, [step]: value };
  throw new JsonPatchError(`there is no object to hold ${step}`);
}
