import type { TSchema } from 'typebox';
import type { Rule } from './schema.ts';

/**
 * From a typebox schema to a [structural schema](https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema):
 * the part of OpenAPI that an API server takes in a CRD.
 *
 * What the API server would refuse when the CRD is applied, or silently not enforce, is refused here, with the path:
 * unions (a union of literals has to be an `enum`, null has to be absence), patterns over keys, numbers without a
 * format, maps that are also objects, list keys that items may lack, rules that need the former value of an item that
 * cannot be told from its neighbours. Nothing is dropped: a keyword that is not known is an error.
 */

/** A structural schema, as it stands in a CRD. */
export interface StructuralSchema {
  readonly type: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: StructuralSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: StructuralSchema;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-validations'?: readonly Rule[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** A schema that no API server would take; says where and why. */
export class StructuralSchemaError extends Error {
  override readonly name = 'StructuralSchemaError';
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path === '' ? 'the schema' : path} ${reason}`);
    this.path = path;
  }
}

const ANNOTATIONS = ['type', 'description', 'default', 'x-kubernetes-validations'];

const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: [...ANNOTATIONS, 'enum', 'format', 'minLength', 'maxLength', 'pattern'],
  integer: [...ANNOTATIONS, 'format', 'minimum', 'maximum'],
  boolean: ANNOTATIONS,
  array: [...ANNOTATIONS, 'items', 'minItems', 'maxItems', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'],
  object: [...ANNOTATIONS, 'properties', 'required', 'additionalProperties', 'maxProperties'],
};

const REFUSED: Readonly<Record<string, string>> = {
  anyOf: 'is a union: use choice() for words, optional() for absence; an integer or a string needs its own extension',
  oneOf: 'is a union, which has no structural form',
  allOf: 'is an intersection, which has no structural form',
  const: 'is a single literal: use choice()',
  not: 'is a negation, which has no structural form',
  patternProperties: 'is a Record: use mapOf()',
  $ref: 'is a reference: structural schemas are written out',
};

type Node = Readonly<Record<string, unknown>>;

/**
 * Turns `schema` into a structural schema.
 *
 * *Throws* {@link StructuralSchemaError} on what an API server would refuse.
 */
export function structuralSchemaFrom(schema: TSchema, path = ''): StructuralSchema {
  return convert(schema as Node, { path, hasFormerValue: true });
}

interface Place {
  readonly path: string;
  /** Whether the API server can tell which former value belongs here: not below an item of an atomic list. */
  readonly hasFormerValue: boolean;
}

function convert(node: Node, place: Place): StructuralSchema {
  const type = typeOf(node, place.path);
  const out: Record<string, unknown> = { ...node };
  assertRules(node, place);
  if (type === 'integer') assertNumber(node, place.path);
  if (type === 'string') assertText(node, place.path);
  if (type === 'array') out['items'] = itemsOf(node, place);
  if (type === 'object') Object.assign(out, membersOf(node, place));
  // The keywords were checked one by one, so that what is left has the shape of the interface.
  return out as unknown as StructuralSchema;
}

function typeOf(node: Node, path: string): string {
  for (const [keyword, reason] of Object.entries(REFUSED)) {
    if (keyword in node) throw new StructuralSchemaError(path, reason);
  }
  const type = node['type'];
  const known = typeof type === 'string' ? KEYWORDS[type] : undefined;
  if (typeof type !== 'string' || known === undefined) {
    throw new StructuralSchemaError(path, `has no type that a structural schema can have, but ${JSON.stringify(type)}`);
  }
  const unknown = Object.keys(node).find((keyword) => !known.includes(keyword));
  if (unknown !== undefined) throw new StructuralSchemaError(path, `has the keyword ${unknown}, not known for ${type}`);
  return type;
}

function assertNumber(node: Node, path: string): void {
  const format = node['format'];
  if (format !== 'int32' && format !== 'int64') throw new StructuralSchemaError(path, 'is an integer without a format');
  const { default: value, minimum, maximum } = node;
  if (typeof value !== 'number') return;
  const tooSmall = typeof minimum === 'number' && value < minimum;
  const tooLarge = typeof maximum === 'number' && value > maximum;
  if (tooSmall || tooLarge) throw new StructuralSchemaError(path, 'has a default outside its own limits');
}

function assertText(node: Node, path: string): void {
  const words = node['enum'];
  if (words === undefined) return;
  if (!Array.isArray(words) || words.some((word) => typeof word !== 'string')) {
    throw new StructuralSchemaError(path, 'has an enum of something else than words');
  }
  if (node['default'] !== undefined && !words.includes(node['default'])) {
    throw new StructuralSchemaError(path, 'has a default that is none of its words');
  }
}

function itemsOf(node: Node, place: Place): StructuralSchema {
  const keys = node['x-kubernetes-list-map-keys'];
  const merged = node['x-kubernetes-list-type'] === 'map';
  if (node['items'] === undefined) throw new StructuralSchemaError(place.path, 'is a list without items');
  const items = convert(node['items'] as Node, {
    path: `${place.path}[]`,
    hasFormerValue: place.hasFormerValue && merged,
  });
  const lacking = (Array.isArray(keys) ? keys : []).find((key) => !items.required?.includes(String(key)));
  if (lacking !== undefined)
    throw new StructuralSchemaError(place.path, `is merged by ${lacking}, which items may lack`);
  return items;
}

function membersOf(node: Node, place: Place): Partial<StructuralSchema> {
  const { properties, additionalProperties } = node;
  if (additionalProperties !== undefined) {
    if (properties !== undefined) throw new StructuralSchemaError(place.path, 'is an object and a map at once');
    if (typeof additionalProperties !== 'object') {
      throw new StructuralSchemaError(place.path, 'says additionalProperties without a schema');
    }
    return {
      additionalProperties: convert(additionalProperties as Node, { ...place, path: `${place.path}{}` }),
    };
  }
  const entries = Object.entries((properties ?? {}) as Record<string, Node>);
  const converted = entries.map(([name, child]) => [name, convert(child, { ...place, path: `${place.path}.${name}` })]);
  return { properties: Object.fromEntries(converted) as Record<string, StructuralSchema>, ...requiredOf(node) };
}

/** A field with a default is never missing in the stored object, and who writes it may leave it out. */
function requiredOf(node: Node): Partial<StructuralSchema> {
  const properties = (node['properties'] ?? {}) as Record<string, Node>;
  const names = ((node['required'] ?? []) as string[]).filter((name) => properties[name]?.['default'] === undefined);
  return { required: names };
}

function assertRules(node: Node, { path, hasFormerValue }: Place): void {
  for (const { rule, message } of (node['x-kubernetes-validations'] ?? []) as Rule[]) {
    if (message.trim() === '' || message.includes('\n')) {
      throw new StructuralSchemaError(path, `has the rule ${rule} without a message of one line`);
    }
    if (!hasFormerValue && /\boldSelf\b/.test(rule)) {
      throw new StructuralSchemaError(path, `has the rule ${rule}, but a former value cannot be found below a list`);
    }
  }
}
