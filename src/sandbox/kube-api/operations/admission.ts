import type { Json, JsonObject, KubeObject } from '../json.ts';
import { isObject, memberAt, stringAt, without } from '../json.ts';
import { compactMetadata, metadataErrors } from '../metadata.ts';
import type { Resource } from '../resource.ts';
import { apiVersionOf } from '../resource.ts';
import { applyDefaults } from '../schema/default.ts';
import { duplicates } from '../schema/list-types.ts';
import { prune } from '../schema/prune.ts';
import { brokenRules } from '../schema/rules.ts';
import { METADATA } from '../schema/schema.ts';
import { validate } from '../schema/validate.ts';
import type { FieldError } from '../status.ts';
import { badRequest, fieldInvalid, invalid } from '../status.ts';

/** How much a writer minds fields that nobody knows. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** How strictly a body is to be read. */
export interface Reading {
  readonly fieldValidation: FieldValidation;
  /** What is odd about its text, in words; it is taken as fields that nobody knows are. Default: nothing. */
  readonly oddities?: readonly string[];
}

/** An object in the shape of its kind, and what was dropped to get there. */
export interface Decoded {
  readonly object: KubeObject;
  readonly unknown: readonly string[];
}

/**
 * Turns what a client sent into an object: checks that it says what it is, drops what its schema does not know.
 *
 * *Throws* 400 when it is no object of this resource.
 */
export function decode(body: Json, resource: Resource): Decoded {
  const { kind, version } = resource;
  const given = checkedType(body, resource);
  const mistyped = resource.isCustom
    ? validate(memberAt(given, 'metadata') ?? {}, nullsAllowed, undefined, 'ObjectMeta')
    : validate(withoutNulls(given), resource.schema, undefined, kind);
  const wrong = mistyped.find(({ reason }) => reason === 'FieldValueTypeInvalid');
  if (wrong) throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${goError(wrong)}`);
  const { value, unknown } = prune(resource.isCustom ? given : withoutBlanks(given), resource.schema);
  return { object: withCompactMetadata(value), unknown };
}

const nullsAllowed = { ...METADATA, nullable: true };

/** The words of Go's JSON decoder for a value of a wrong type. */
function goError({ message, field }: FieldError): string {
  const [, wanted = 'string', got = 'value'] = /must be of type ([\w,-]+): "?(.*?)"?$/.exec(message) ?? [];
  if (wanted === 'byte') return 'illegal base64 data at input byte 0';
  if (wanted === 'date-time')
    return `parsing time "${got}" as "2006-01-02T15:04:05Z07:00": cannot parse "${got}" as "2006"`;
  if (wanted === 'micro-time')
    return `parsing time "${got}" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "${got}" as "2006"`;
  const names: { readonly [type: string]: string } = { integer: 'number', boolean: 'bool' };
  const [struct = '', ...path] = field.replace(/\[.*?\]/g, '').split('.');
  const shortened = path[0] === 'metadata' ? ['ObjectMeta', ...path] : [struct, ...path];
  const at = shortened.slice(0, path[0] === 'metadata' ? 3 : 2).join('.');
  return `json: cannot unmarshal ${names[got] ?? got} into Go struct field ${at} of type ${names[wanted] ?? wanted}`;
}

function checkedType(body: Json, resource: Resource): JsonObject {
  const { kind } = resource;
  const text = JSON.stringify(body);
  const unrecognized = (why: string): Error =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): ${why} in '${text}' (${text.slice(0, 1000)})`,
    );
  if (!isObject(body)) throw badRequest(`couldn't get version/kind; json parse error: the body is no object`);
  const expected = apiVersionOf(resource);
  // Only of a built-in object does the server itself know the type, and fills it in.
  const typed = resource.isCustom ? body : { apiVersion: expected, kind, ...body };
  const { apiVersion, kind: given } = typed;
  if (typeof given !== 'string' || given === '') throw unrecognized("Object 'Kind' is missing");
  if (typeof apiVersion !== 'string' || apiVersion === '') throw unrecognized("Object 'apiVersion' is missing");
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (given !== kind && resource.isCustom) {
    const name = stringAt(body, 'metadata', 'name') ?? '';
    throw invalid(given, resource.group, name, [fieldInvalid('kind', given, `must be ${kind}`)]);
  }
  if (given !== kind) {
    throw badRequest(
      `${given} in version "${resource.version}" cannot be handled as a ${kind}: no kind "${given}" is registered for this resource`,
    );
  }
  return typed;
}

/** Go leaves a field at its zero value when it reads null. */
function withoutNulls(value: JsonObject): JsonObject;
function withoutNulls(value: Json): Json;
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

/** Empty maps of built-in objects are never stored: Go leaves them out. Their parts stay even when they are empty. */
function withoutBlanks(value: JsonObject): JsonObject {
  const members = Object.entries(withoutNulls(value));
  const isBlank = ([name, member]: [string, Json]): boolean =>
    !['spec', 'status', 'metadata', 'rules', 'aggregationRule'].includes(name) &&
    isObject(member) &&
    Object.keys(member).length === 0;
  return Object.fromEntries(members.filter((member) => !isBlank(member)));
}

function withCompactMetadata(object: JsonObject): KubeObject {
  const metadata = object['metadata'];
  // The type was checked and the schema of metadata applied, so it has the shape of an object.
  return { ...object, metadata: compactMetadata(isObject(metadata) ? metadata : {}) } as KubeObject;
}

/** Refuses fields that nobody knows, or says what to warn of, as the writer asked for. */
export function reportUnknown(
  unknown: readonly string[],
  resource: Resource,
  { fieldValidation, oddities = [] }: Reading,
): readonly string[] {
  const said = [...oddities, ...unknown.map((path) => `unknown field "${path}"`)];
  if (said.length === 0 || fieldValidation === 'Ignore') return [];
  if (fieldValidation === 'Warn') return said;
  const { kind, version } = resource;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${said.join(', ')}`,
  );
}

/** The object as it will be stored: with the defaults of its schema and what its kind does to it. */
export function settle(object: KubeObject, old: KubeObject | undefined, resource: Resource): KubeObject {
  const content = applyDefaults(without(object, 'metadata'), resource.schema);
  return resource.prepare({ ...object, ...content, metadata: object.metadata }, old);
}

/** Findings that leave the object in a shape about which rules cannot be asked. */
const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** *Throws* 422 with everything that is wrong with an object. */
export function assertValid(object: KubeObject, old: KubeObject | undefined, resource: Resource): void {
  const errors = [
    ...metadataErrors(object, old, resource),
    ...schemaErrors(object, old, resource),
    ...resource.validate(object, old),
  ];
  if (resource.isCustom) errors.push(...ruleErrors(object, old, resource, errors));
  if (errors.length > 0) throw invalid(resource.kind, resource.group, object.metadata.name ?? '', errors);
}

function schemaErrors(object: KubeObject, old: KubeObject | undefined, resource: Resource): FieldError[] {
  const content = without(object, 'metadata');
  return [
    ...validate(content, resource.schema, old && without(old, 'metadata')),
    ...duplicates(content, resource.schema),
  ];
}

function ruleErrors(
  object: KubeObject,
  old: KubeObject | undefined,
  resource: Resource,
  errors: readonly FieldError[],
): FieldError[] {
  if (errors.some(({ reason }) => BLOCKING.has(reason))) {
    const why =
      'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
    return [fieldInvalid('<nil>', null, why)];
  }
  return brokenRules(visible(object), resource.schema, old && visible(old));
}

/** Of an object's metadata, rules see only the name. */
function visible({ metadata, ...content }: KubeObject): JsonObject {
  const { name, generateName } = metadata;
  return {
    ...content,
    metadata: { ...(name !== undefined && { name }), ...(generateName !== undefined && { generateName }) },
  };
}
