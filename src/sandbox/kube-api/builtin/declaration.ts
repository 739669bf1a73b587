import type { Resource } from '../resource.ts';
import { ALL_VERBS } from '../resource.ts';
import type { Schema } from '../schema/schema.ts';
import { withTypeAndMetadata } from '../schema/schema.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../table.ts';

/** What a built-in kind states; the rest is the same for all. */
interface Declaration extends Partial<Omit<Resource, 'schema' | 'group' | 'plural' | 'kind'>> {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly schema: Schema;
}

export function builtin(declaration: Declaration): Resource {
  const { kind } = declaration;
  return {
    version: 'v1',
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: ALL_VERBS,
    subresources: [],
    columns: [NAME_COLUMN, AGE_COLUMN],
    isCustom: false,
    isStored: true,
    deprecation: undefined,
    hasGeneration: false,
    createsOnUpdate: false,
    returnsDeleted: false,
    fields: {},
    prepare: (object) => object,
    validate: () => [],
    ...declaration,
    schema: withTypeAndMetadata(declaration.schema),
  };
}
