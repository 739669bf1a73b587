import { AwsFault } from './fault.ts';
import type { Scalar, Shape, StructShape } from './shape.ts';

function wrongType(path: string, expected: string): AwsFault {
  return new AwsFault('SerializationException', `${path || 'The body'} must be ${expected}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function structFromJson(shape: StructShape, json: unknown, path: string): Record<string, unknown> {
  if (!isObject(json)) throw wrongType(path, 'an object');
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    const field = json[member.name];
    const memberPath = path ? `${path}.${member.name}` : member.name;
    if (field !== undefined && field !== null) value[member.name] = valueFromJson(member.shape(), field, memberPath);
    else if (member.required) throw missing(memberPath);
  }
  return value;
}

/** The sentence in which AWS's validation speaks of a missing member; it writes the first letter small. */
function missing(path: string): AwsFault {
  const field = path.charAt(0).toLowerCase() + path.slice(1);
  return new AwsFault(
    'ValidationException',
    `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
  );
}

function scalarFromJson(kind: Scalar, json: unknown, path: string): unknown {
  switch (kind) {
    case 'document':
      return json;
    case 'timestamp':
      if (typeof json !== 'number') throw wrongType(path, 'a number of seconds');
      return new Date(json * 1000);
    case 'blob':
      if (typeof json !== 'string') throw wrongType(path, 'base64 text');
      return new Uint8Array(Buffer.from(json, 'base64'));
    case 'string':
    case 'number':
    case 'boolean':
      if (typeof json !== kind) throw wrongType(path, `a ${kind}`);
      return json;
  }
}

function valueFromJson(shape: Shape, json: unknown, path: string): unknown {
  switch (shape.kind) {
    case 'struct':
      return structFromJson(shape, json, path);
    case 'list':
      if (!Array.isArray(json)) throw wrongType(path, 'a list');
      return json.map((item, index) => valueFromJson(shape.item.shape(), item, `${path}.${index + 1}`));
    case 'map':
      if (!isObject(json)) throw wrongType(path, 'an object');
      return Object.fromEntries(
        Object.entries(json).map(([key, item]) => [key, valueFromJson(shape.value.shape(), item, `${path}.${key}`)]),
      );
    case 'unit':
      return {};
    default:
      return scalarFromJson(shape.kind, json, path);
  }
}

/**
 * Reads a JSON body into the input of an operation.
 *
 * *Throws* {@link AwsFault} `SerializationException` for what is not JSON or of the wrong type, `ValidationException`
 * for what is missing.
 */
export function inputFromJson(shape: Shape, body: string): Record<string, unknown> {
  if (shape.kind !== 'struct') return {};
  return structFromJson(shape, parsed(body), '');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw wrongType('', 'JSON');
  }
}

/** The JSON of `value`: times as seconds, bytes as base64, members that the schema does not know left out. Casts rest
 * on the types of the handlers, which are those of the schemas. */
export function jsonOf(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case 'struct': {
      const fields = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(shape.members.map(({ name, shape }) => [name, jsonOf(shape(), fields[name])]));
    }
    case 'list':
      return (value as readonly unknown[]).map((item) => jsonOf(shape.item.shape(), item));
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(shape.value.shape(), item)]));
    case 'timestamp':
      return value instanceof Date ? value.getTime() / 1000 : value;
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}
