import type { Json, JsonObject } from '../json.ts';
import { equalJson, isList, isObject } from '../json.ts';
import type { FieldError } from '../status.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired } from '../status.ts';
import { correlate } from './correlate.ts';
import { hasFormat } from './formats.ts';
import type { Schema } from './schema.ts';
import { memberSchema, pathOfMember } from './schema.ts';

/**
 * Checks a value against its schema, in the words of the real API server, so that a person reads the same message on
 * both.
 *
 * With the `old` value an update is *ratcheted*: what was wrong before and has not changed is not held against the
 * writer ([KEP-4008](https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4008-crd-ratcheting)).
 */
export function validate(value: Json, schema: Schema, old?: Json, path = ''): FieldError[] {
  if (old !== undefined && equalJson(value, old)) return [];
  if (value === null && schema.nullable === true) return [];
  const mistyped = typeErrors(value, schema, path);
  if (mistyped.length > 0) return mistyped;
  return [
    ...enumErrors(value, schema, path),
    ...scalarErrors(value, schema, path),
    ...memberErrors(value, schema, old, path),
    ...compositionErrors(value, schema, path),
  ];
}

/** The name of a value's type as the API server says it: a whole number is an integer, others are numbers. */
function typeName(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeErrors(value: Json, schema: Schema, path: string): FieldError[] {
  const actual = typeName(value);
  const mistyped = (expected: string, got = actual): FieldError[] => {
    const why = `${path} in body must be of type ${expected}: ${JSON.stringify(got)}`;
    return [{ reason: 'FieldValueTypeInvalid', message: `Invalid value: ${JSON.stringify(got)}: ${why}`, field: path }];
  };
  if (schema['x-kubernetes-int-or-string']) {
    return actual === 'integer' || actual === 'string' ? [] : mistyped('integer,string');
  }
  if (schema.type === undefined || schema.type === actual) {
    return schema.type === 'integer' ? integerErrors(Number(value), schema, path) : [];
  }
  if (schema.type === 'number' && actual === 'integer') return [];
  if (schema.type === 'integer' && actual === 'number') return integerErrors(Number(value), schema, path);
  return mistyped(schema.type);
}

const RANGES: { readonly [format: string]: readonly [number, number] } = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

function integerErrors(value: number, { format }: Schema, path: string): FieldError[] {
  const range = format === undefined ? undefined : RANGES[format];
  if (Number.isInteger(value) && (!range || (value >= range[0] && value <= range[1]))) return [];
  const [got, expected] = range ? ['float64', format] : ['number', 'integer'];
  const wanted = range ? `integer with format ${format}` : 'integer (default format)';
  const why = `${path} in body must be of type ${expected}: "${got}"`;
  return [
    { reason: 'FieldValueTypeInvalid', message: `Invalid value: "${got}": ${why}`, field: path },
    fieldInvalid('<nil>', '', `Checked value must be of type ${wanted} in ${path}`),
  ];
}

function enumErrors(value: Json, schema: Schema, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((one) => equalJson(one, value))) return [];
  const supported = schema.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return [fieldNotSupported(path, value, supported)];
}

function scalarErrors(value: Json, schema: Schema, path: string): FieldError[] {
  if (typeof value === 'string') return stringErrors(value, schema, path);
  return typeof value === 'number' ? numberErrors(value, schema, path) : [];
}

function stringErrors(value: string, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // Characters, not UTF-16 units: the API server counts runes.
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const unit = schema.maxLength === 1 ? 'byte' : 'bytes';
    errors.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${schema.maxLength} ${unit}`,
      field: path,
    });
  } else if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(fieldInvalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  } else if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    errors.push(fieldInvalid(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && !hasFormat(value, schema.format)) {
    const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
    errors.push({ reason: 'FieldValueTypeInvalid', message, field: path });
  }
  return errors;
}

const patterns = new Map<string, RegExp>();

/** The API server's patterns are RE2; what differs from JavaScript's (`\z`, inline flags) is translated. */
function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const source = (flags ? pattern.slice(flags[0].length) : pattern).replaceAll('\\z', '$').replaceAll('\\A', '^');
  const compiled = new RegExp(source, `u${flags?.[1] ?? ''}`);
  patterns.set(pattern, compiled);
  return compiled;
}

function numberErrors(value: number, schema: Schema, path: string): FieldError[] {
  const { minimum, maximum, multipleOf } = schema;
  const should = (what: string): FieldError[] => [fieldInvalid(path, value, `${path} in body should be ${what}`)];
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) return should(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    return should(`less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    return should(`greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  return [];
}

function tooMany(path: string, count: number, most: number): FieldError {
  const message = `Too many: ${count}: must have at most ${most} ${most === 1 ? 'item' : 'items'}`;
  return { reason: 'FieldValueTooMany', message, field: path };
}

function memberErrors(value: Json, schema: Schema, old: Json | undefined, path: string): FieldError[] {
  if (isList(value)) return itemErrors(value, schema, old, path);
  return isObject(value) ? propertyErrors(value, schema, old, path) : [];
}

function itemErrors(value: readonly Json[], schema: Schema, old: Json | undefined, path: string): FieldError[] {
  const { items, maxItems, minItems } = schema;
  const errors = items
    ? value.flatMap((item, index) => validate(item, items, correlate(item, old, schema), `${path}[${index}]`))
    : [];
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) {
    errors.push(fieldInvalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  return errors;
}

function propertyErrors(value: JsonObject, schema: Schema, old: Json | undefined, path: string): FieldError[] {
  const { maxProperties, minProperties } = schema;
  const errors: FieldError[] = [];
  const count = Object.keys(value).length;
  if (maxProperties !== undefined && count > maxProperties) errors.push(tooMany(path, count, maxProperties));
  if (minProperties !== undefined && count < minProperties) {
    errors.push(fieldInvalid(path, count, `${path} in body should have at least ${minProperties} properties`));
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) errors.push(fieldRequired(pathOfMember(path, name)));
  }
  for (const [name, member] of Object.entries(value)) {
    const known = memberSchema(schema, name);
    const before = isObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
    if (known) errors.push(...validate(member, known, before, pathOfMember(path, name)));
  }
  return errors;
}

function compositionErrors(value: Json, schema: Schema, path: string): FieldError[] {
  const failed = (what: string): FieldError => fieldInvalid('<nil>', '', `"${path}" must ${what}`);
  const attempts = (schemas: readonly Schema[] | undefined): FieldError[][] =>
    (schemas ?? []).map((one) => validate(value, one, undefined, path));
  const errors: FieldError[] = [];
  const any = attempts(schema.anyOf);
  if (any.length > 0 && !any.some(isEmpty)) {
    errors.push(failed('validate at least one schema (anyOf)'), ...(any[0] ?? []));
  }
  const one = attempts(schema.oneOf);
  const matches = one.filter(isEmpty).length;
  if (one.length > 0 && matches !== 1) {
    const found = matches === 0 ? 'Found none valid' : `Found ${matches} valid alternatives`;
    errors.push(failed(`validate one and only one schema (oneOf). ${found}`), ...(matches === 0 ? (one[0] ?? []) : []));
  }
  const all = attempts(schema.allOf);
  if (!all.every(isEmpty)) {
    const none = all.some(isEmpty) ? '' : '. None validated';
    errors.push(...all.flat(), failed(`validate all the schemas (allOf)${none}`));
  }
  if (schema.not && validate(value, schema.not, undefined, path).length === 0) {
    errors.push(failed('not validate the schema (not)'));
  }
  return errors;
}

const isEmpty = (errors: readonly FieldError[]): boolean => errors.length === 0;
