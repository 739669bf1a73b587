import type { CustomKind } from '../../src/api/kind.ts';
import { crdFrom } from '../../src/api/crd.ts';
import type { StructuralSchema } from '../../src/api/structural.ts';

/** Fields of a kind as lines of a table, made from its schema. */

/** A field that holds a value. */
export interface FieldLine {
  /** `spec.cidr` */
  readonly path: string;
  /** What it may hold, in words. */
  readonly value: string;
  readonly required: boolean;
  readonly description: string | undefined;
  /** As JSON. */
  readonly default: string | undefined;
  /** What the API server says when it refuses a value. */
  readonly rules: readonly string[];
}

/** What a kind has in its specification and its status, and what is refused of it as a whole. */
export interface KindFields {
  readonly spec: readonly FieldLine[];
  readonly status: readonly FieldLine[];
  readonly rules: readonly string[];
}

export function fieldsOf(kind: CustomKind): KindFields {
  const schema = crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema;
  const { spec, status } = schema?.properties ?? {};
  const rules = [...kind.rules, ...(spec?.['x-kubernetes-validations'] ?? [])].map(({ message }) => message);
  // Conditions are the same in all kinds.
  const shown = linesOf(status, 'status').filter(({ path }) => !path.startsWith('status.conditions'));
  return { spec: linesOf(spec, 'spec'), status: shown, rules };
}

/** A line for each field that holds a value, in the order of the schema. */
function linesOf(schema: StructuralSchema | undefined, path: string): FieldLine[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, field]) => {
    const place = `${path}.${name}`;
    const line = lineOf(field, place, schema?.required?.includes(name) ?? false);
    const inside = field.items?.type === 'object' ? linesOf(field.items, `${place}[]`) : linesOf(field, place);
    const isPlainGroup = field.type === 'object' && inside.length > 0 && saysNothing(line);
    return isPlainGroup ? inside : [line, ...inside];
  });
}

function lineOf(field: StructuralSchema, path: string, required: boolean): FieldLine {
  const { description, default: value } = field;
  const shown = value === undefined ? undefined : JSON.stringify(value);
  return { path, value: valueOf(field), required, description, default: shown, rules: rulesOf(field) };
}

function saysNothing(line: FieldLine): boolean {
  return line.description === undefined && line.default === undefined && line.rules.length === 0;
}

function rulesOf(field: StructuralSchema): string[] {
  const { items, additionalProperties } = field;
  // Items that are objects have lines of their own.
  const ruled = [field, additionalProperties, items?.type === 'string' ? items : undefined];
  return ruled.flatMap((one) => one?.['x-kubernetes-validations'] ?? []).map(({ message }) => message);
}

function valueOf(field: StructuralSchema): string {
  if (field.enum !== undefined) return field.enum.map((word) => `\`${word}\``).join(', ');
  if (field.type === 'array') return `list of ${field.items?.type === 'object' ? 'objects' : 'text'}${sizeOf(field)}`;
  if (field.additionalProperties !== undefined) return 'names and values';
  if (field.format === 'date-time') return 'time';
  if (field.minimum !== undefined && field.format === 'int32') return `${field.minimum} to ${limitOf(field)}`;
  return { string: 'text', integer: 'number', boolean: 'true or false', object: 'object' }[field.type] ?? field.type;
}

/** Said of lists that must not be empty; the limits of the others are too far away to matter. */
function sizeOf({ minItems, maxItems }: StructuralSchema): string {
  return minItems === undefined ? '' : `, ${minItems} to ${maxItems}`;
}

function limitOf({ maximum }: StructuralSchema): string {
  return maximum === 2 ** 31 - 1 ? 'any' : String(maximum);
}
