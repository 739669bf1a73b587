import type { Json, KubeObject } from './json.ts';
import type { Schema } from './schema/schema.ts';
import type { FieldError } from './status.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
  cell(object: KubeObject, nowMs: number): Json;
}

/** One resource in one version, as the server serves it: a built-in one, or a version of a CustomResourceDefinition. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources: readonly string[];
  /** Of the whole object, `metadata` included. */
  readonly schema: Schema;
  readonly columns: readonly Column[];
  /** Defined by a CustomResourceDefinition: no strategic patches, and errors of types are findings, not bad requests. */
  readonly isCustom: boolean;
  /** Whether its objects are kept; the others are questions, answered at once. */
  readonly isStored: boolean;
  /** What whoever uses this version is warned of; undefined when there is nothing to say. */
  readonly deprecation: string | undefined;
  /** Whether `metadata.generation` counts changes of what is asked. */
  readonly hasGeneration: boolean;
  /** Whether a PUT to an absent name creates. */
  readonly createsOnUpdate: boolean;
  /** The values that a field selector can ask for, next to name and namespace. */
  readonly fields: { readonly [field: string]: (object: KubeObject) => string };
  /** Where and how objects are stored that another resource shows too. Default: by themselves, as they are. */
  readonly storedAs?: {
    readonly group: string;
    readonly plural: string;
    toStored(object: KubeObject): KubeObject;
    fromStored(object: KubeObject): KubeObject;
  };
  /** Whether a deletion answers the object that went, and not only that it did. */
  readonly returnsDeleted: boolean;
  /** What the kind does to an object before it is stored, next to the schema's defaults. */
  prepare(object: KubeObject, old: KubeObject | undefined): KubeObject;
  /** What the kind finds wrong, next to what the schema finds. */
  validate(object: KubeObject, old: KubeObject | undefined): readonly FieldError[];
}

export type GroupResource = Pick<Resource, 'group' | 'plural' | 'storedAs'>;

/** The key of a resource in the store, the same for all its versions. */
export function storageKey({ group, plural, storedAs }: GroupResource): string {
  return storedAs ? `${storedAs.group}/${storedAs.plural}` : `${group}/${plural}`;
}

export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}
