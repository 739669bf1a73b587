import { Type, type Static, type TSchema } from 'typebox';

/**
 * A validation rule in [CEL](https://kubernetes.io/docs/reference/using-api/cel/), evaluated by the API server. A rule
 * that mentions `oldSelf` runs on updates only.
 */
export interface Rule {
  readonly rule: string;
  /** Names the field in words and says what is expected; the API server puts the path before it. */
  readonly message: string;
  /** Where the error is reported, below the place of the rule: `.cidr`. Default: the place of the rule. */
  readonly fieldPath?: string;
}

/** What every constructor takes. */
interface Described {
  readonly description?: string;
  readonly rules?: readonly Rule[];
}

/** What the API server stores and readers get: every level read-only, fields with a default always present. */
export type Frozen<T> = T extends string | number | boolean ? T : { readonly [K in keyof T]: Frozen<T[K]> };

/** The type of the objects that `schema` describes. */
export type ObjectOf<S extends TSchema> = Frozen<Static<S>>;

/** Ends in the schema's extension of Kubernetes, so that the closed set below is all that a kind is written in. */
function withRules<O extends Described>({ rules, ...options }: O): Omit<O, 'rules'> & Record<string, unknown> {
  return rules === undefined ? options : { ...options, 'x-kubernetes-validations': rules };
}

export interface TextOptions extends Described {
  readonly minLength?: number;
  /** Always stated: the API server prices each rule by the longest value it may meet. */
  readonly maxLength: number;
  readonly pattern?: string;
  readonly default?: string;
}

/** Text with an upper bound on its length. */
export function text(options: TextOptions) {
  return Type.String(withRules(options));
}

/** One of a closed set of words. A union of literals has no structural schema, an `enum` has. */
export function choice<const W extends string>(
  words: readonly W[],
  options: Described & { readonly default?: W } = {},
) {
  return Type.Unsafe<W>({ type: 'string', enum: [...words], ...withRules(options) });
}

export interface Int32Options extends Described {
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

/** A whole number of 32 bits, within stated limits. */
export function int32(options: Int32Options) {
  return Type.Integer({ format: 'int32', ...withRules(options) });
}

/** A count that Kubernetes keeps, such as `metadata.generation`. */
export function generationNumber(description: string) {
  return Type.Integer({ format: 'int64', description });
}

/** True or false. */
export function bool(options: Described & { readonly default?: boolean } = {}) {
  return Type.Boolean(withRules(options));
}

/** An RFC 3339 time. */
export function instant(options: Described = {}) {
  return Type.String({ format: 'date-time', ...withRules(options) });
}

export interface ListOptions extends Described {
  readonly minItems?: number;
  readonly maxItems: number;
  /** Field by which the items are merged and unique. Default: the list is replaced as a whole. */
  readonly mapKey?: string;
}

/** A list with an upper bound on its length. */
export function list<S extends TSchema>(item: S, { mapKey, ...options }: ListOptions) {
  const merge =
    mapKey === undefined
      ? { 'x-kubernetes-list-type': 'atomic' }
      : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [mapKey] };
  return Type.Array(item, { ...merge, ...withRules(options) });
}

/** Free keys, values of one kind: `additionalProperties`. */
export function mapOf<S extends TSchema>(value: S, options: Described & { readonly maxProperties: number }) {
  const shape = { type: 'object', additionalProperties: value };
  return Type.Unsafe<Record<string, Static<S>>>({ ...shape, ...withRules(options) });
}

export interface ObjectOptions extends Described {
  /** For an object that may be left out: it is then there, with the defaults of its fields. */
  readonly default?: Readonly<Record<string, never>>;
}

/** Fields are required unless wrapped in {@link optional}; what has a default may be left out by who writes it. */
export function object<P extends Record<string, TSchema>>(properties: P, options: ObjectOptions = {}) {
  return Type.Object(properties, withRules(options));
}

/** A field that may be absent; null is not absence. */
export function optional<S extends TSchema>(schema: S) {
  return Type.Optional(schema);
}
