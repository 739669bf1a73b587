/**
 * The SDK's schemas, read into shapes.
 *
 * A schema of the SDK is a number for a simple type, an array for a composed one, or a function that gives one of them
 * (so that types may refer to each other); `[schema, traits]` pairs belong to members. Only what the simulator's
 * services use is read here; another kind throws at start, not in the middle of an answer.
 */

/** What the wire names a member, where that differs from the member's own name. */
interface Traits {
  readonly xmlName?: string;
  readonly ec2QueryName?: string;
  readonly xmlFlattened?: unknown;
  readonly awsQueryError?: readonly [code: string, httpStatus: number];
  readonly httpError?: number;
}

export interface Member {
  readonly name: string;
  readonly traits: Traits;
  readonly required: boolean;
  /** Resolved late, because shapes may contain themselves. */
  readonly shape: () => Shape;
}

export type Scalar = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document';

export type Shape =
  | { readonly kind: Scalar }
  | { readonly kind: 'unit' }
  | { readonly kind: 'list'; readonly item: Member }
  | { readonly kind: 'map'; readonly key: Member; readonly value: Member }
  | StructShape;

export interface StructShape {
  readonly kind: 'struct';
  readonly name: string;
  readonly traits: Traits;
  readonly members: readonly Member[];
}

const SCALARS: Readonly<Record<number, Scalar>> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp',
  6: 'timestamp',
  7: 'timestamp',
  15: 'document',
  17: 'number',
  19: 'number',
  21: 'blob',
  42: 'blob',
};

const LIST_FLAG = 64;
const MAP_FLAG = 128;

/** First element of a composed schema. */
const KIND = { simple: 0, list: 1, map: 2, struct: 3, error: -3, union: 4, operation: 9 } as const;

const NO_TRAITS: Traits = {};

const known = new WeakMap<object, Shape>();

function traitsFrom(raw: unknown): Traits {
  // A number is a set of flags (sensitive, idempotency token, ...), none of which changes the wire format.
  return typeof raw === 'object' && raw !== null ? raw : NO_TRAITS;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function memberFrom(name: string, raw: unknown, required: boolean): Member {
  // With its length known it is a pair; what is in it is looked at below.
  const [schema, traits] = Array.isArray(raw) && raw.length === 2 ? (raw as [unknown, unknown]) : [raw, NO_TRAITS];
  return { name, traits: traitsFrom(traits), required, shape: lazily(() => shapeFrom(schema)) };
}

function simpleShapeFrom(type: number): Shape {
  if (type >= MAP_FLAG) {
    return { kind: 'map', key: memberFrom('key', 0, true), value: memberFrom('value', type - MAP_FLAG, true) };
  }
  if (type >= LIST_FLAG) return { kind: 'list', item: memberFrom('member', type - LIST_FLAG, true) };
  const kind = SCALARS[type];
  if (!kind) throw new Error(`The SDK's schemas have a simple type ${type} that the codec does not know`);
  return { kind };
}

function structFrom(raw: readonly unknown[]): StructShape {
  // The form of structs in the SDK's schemas; a test reads all of them that are used.
  const [, , name, traits, names, schemas, requiredCount = 0] = raw as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  const members = names.map((member, index) => memberFrom(member, schemas[index], index < requiredCount));
  return { kind: 'struct', name, traits: traitsFrom(traits), members };
}

function composedShapeFrom(raw: readonly unknown[]): Shape {
  switch (raw[0]) {
    case KIND.simple:
      return shapeFrom(raw[4]);
    case KIND.list:
      return { kind: 'list', item: memberFrom('member', raw[4], true) };
    case KIND.map:
      return { kind: 'map', key: memberFrom('key', raw[4], true), value: memberFrom('value', raw[5], true) };
    case KIND.struct:
    case KIND.error:
    case KIND.union:
      return structFrom(raw);
    default:
      throw new Error(`The SDK's schemas have a composed type ${String(raw[0])} that the codec does not know`);
  }
}

function rememberedShapeFrom(raw: readonly unknown[]): Shape {
  const found = known.get(raw);
  if (found) return found;
  const shape = composedShapeFrom(raw);
  known.set(raw, shape);
  return shape;
}

/** Reads a schema of the SDK. */
export function shapeFrom(schema: unknown): Shape {
  // The SDK hands out lazy schemas as functions without parameters.
  const raw: unknown = typeof schema === 'function' ? (schema as () => unknown)() : schema;
  if (raw === 'unit') return { kind: 'unit' };
  if (typeof raw === 'number') return simpleShapeFrom(raw);
  if (Array.isArray(raw)) return rememberedShapeFrom(raw);
  throw new Error('The SDK has a schema of a form that the codec does not know');
}

export function isOperationSchema(schema: unknown): schema is readonly [9, string, string, unknown, unknown, unknown] {
  return Array.isArray(schema) && schema[0] === KIND.operation;
}

export function isErrorSchema(schema: unknown): schema is readonly unknown[] {
  return Array.isArray(schema) && schema[0] === KIND.error;
}
