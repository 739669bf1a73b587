import { compareVersions } from '../discovery.ts';
import { compileJsonPath } from '../json-path.ts';
import type { Json, JsonObject, KubeObject } from '../json.ts';
import { defined, isObject, listAt, memberAt, objectAt, stringAt, textFrom, withMetadata } from '../json.ts';
import type { Resource } from '../resource.ts';
import { ALL_VERBS } from '../resource.ts';
import type { Schema } from '../schema/schema.ts';
import { withTypeAndMetadata } from '../schema/schema.ts';
import type { PrinterColumn } from '../table.ts';
import { columnsFrom } from '../table.ts';

/** The order in which the API server names the verbs of custom resources. */
const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const;

const stringsAt = (value: Json, ...path: readonly string[]): string[] => listAt(value, ...path).map(String);

/** Keeps a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** A definition that is to be deleted is kept by the server itself until it has deleted the objects. */
export function withCleanupFinalizer(definition: KubeObject): KubeObject {
  const { finalizers = [] } = definition.metadata;
  if (finalizers.includes(CLEANUP_FINALIZER)) return definition;
  return withMetadata(definition, { finalizers: [...finalizers, CLEANUP_FINALIZER] });
}

/** Fills in what a definition may leave out: names derived from the kind, and no conversion. */
export function withDerivedNames(definition: KubeObject): KubeObject {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const kind = stringAt(names, 'kind') ?? '';
  const derived = {
    ...names,
    listKind: stringAt(names, 'listKind') ?? `${kind}List`,
    singular: stringAt(names, 'singular') ?? kind.toLowerCase(),
  };
  return {
    ...definition,
    status: definition['status'] ?? unseen(definition),
    spec: { ...spec, names: derived, conversion: spec['conversion'] ?? { strategy: 'None' } },
  };
}

/** The status of a definition that nobody looked at yet. */
function unseen(definition: KubeObject): JsonObject {
  return { conditions: null, acceptedNames: { kind: '', plural: '' }, storedVersions: storedVersions(definition) };
}

/**
 * The resources that a CustomResourceDefinition serves, one for each served version.
 *
 * The same definition object always gives the same resources, so that what is derived from them can be remembered.
 */
export function resourcesOf(definition: KubeObject): readonly Resource[] {
  const known = derived.get(definition);
  if (known) return known;
  const versions = listAt(definition, 'spec', 'versions').filter(isObject);
  const made = versions
    .filter((version) => version['served'] === true)
    .map((version) => resourceFrom(definition, version));
  derived.set(definition, made);
  return made;
}

const derived = new WeakMap<KubeObject, readonly Resource[]>();

function resourceFrom(definition: KubeObject, version: JsonObject): Resource {
  const names = objectAt(definition, 'spec', 'names');
  const subresources = Object.keys(objectAt(version, 'subresources')).filter((name) => name === 'status');
  return {
    group: stringAt(definition, 'spec', 'group') ?? '',
    version: stringAt(version, 'name') ?? '',
    plural: stringAt(names, 'plural') ?? '',
    singular: stringAt(names, 'singular') ?? '',
    kind: stringAt(names, 'kind') ?? '',
    listKind: stringAt(names, 'listKind') ?? '',
    namespaced: memberAt(definition, 'spec', 'scope') === 'Namespaced',
    shortNames: stringsAt(names, 'shortNames'),
    categories: stringsAt(names, 'categories'),
    verbs: ALL_VERBS.toSorted((a, b) => VERBS.indexOf(a) - VERBS.indexOf(b)),
    subresources,
    schema: withTypeAndMetadata(schemaOf(version)),
    columns: columnsFrom(listAt(version, 'additionalPrinterColumns').filter(isObject).map(printerColumn)),
    isCustom: true,
    isStored: true,
    deprecation: deprecationOf(definition, version),
    hasGeneration: true,
    createsOnUpdate: false,
    returnsDeleted: false,
    fields: selectableFields(version),
    prepare: (object) => object,
    validate: () => [],
  };
}

function deprecationOf(definition: KubeObject, version: JsonObject): string | undefined {
  if (version['deprecated'] !== true) return undefined;
  const [group, kind] = [stringAt(definition, 'spec', 'group'), stringAt(definition, 'spec', 'names', 'kind')];
  const titled = (name: string): string => `${group ?? ''}/${name} ${kind ?? ''}`;
  const name = stringAt(version, 'name') ?? '';
  const better = replacementOf(name, listAt(definition, 'spec', 'versions'));
  const advice = better === undefined ? '' : `; use ${titled(better)}`;
  return stringAt(version, 'deprecationWarning') ?? `${titled(name)} is deprecated${advice}`;
}

/** The newest version that is served and not deprecated, if it is newer than `name`. */
function replacementOf(name: string, versions: readonly Json[]): string | undefined {
  const candidates = versions
    .filter((one) => memberAt(one, 'served') === true && memberAt(one, 'deprecated') !== true)
    .map((one) => stringAt(one, 'name') ?? '')
    .filter((one) => compareVersions(one, name) < 0);
  return candidates.sort(compareVersions)[0];
}

/** The schema of a version. The definition was validated when it was written, so its shape is known. */
export function schemaOf(version: JsonObject): Schema {
  return objectAt(version, 'schema', 'openAPIV3Schema');
}

function printerColumn(column: JsonObject): PrinterColumn {
  const { priority } = column;
  return {
    name: stringAt(column, 'name') ?? '',
    type: stringAt(column, 'type') ?? 'string',
    format: stringAt(column, 'format'),
    description: stringAt(column, 'description'),
    priority: typeof priority === 'number' ? priority : undefined,
    jsonPath: stringAt(column, 'jsonPath') ?? '',
  };
}

function selectableFields(version: JsonObject): Resource['fields'] {
  const paths = listAt(version, 'selectableFields').map((field) => stringAt(field, 'jsonPath') ?? '');
  return Object.fromEntries(
    paths.map((path) => {
      const valuesAt = compileJsonPath(path);
      return [path.replace(/^\./, ''), (object: KubeObject) => textFrom(valuesAt(object)[0])];
    }),
  );
}

type ConditionChange = {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
};

/** A copy of the conditions with one set; the time of the transition moves only when the status does. */
export function withCondition(conditions: readonly Json[], change: ConditionChange, now: string): readonly Json[] {
  const old = conditions.find((one) => stringAt(one, 'type') === change.type);
  const lastTransitionTime =
    old !== undefined && stringAt(old, 'status') === change.status ? stringAt(old, 'lastTransitionTime') : now;
  const { type, status, reason, message } = change;
  const condition = defined({ type, status, lastTransitionTime, reason, message });
  return old === undefined ? [...conditions, condition] : conditions.map((one) => (one === old ? condition : one));
}

/** Where the names of a definition are taken by another one, the sentence that says which; undefined when they are free. */
function conflictOf(definition: KubeObject, others: readonly KubeObject[]): string | undefined {
  const group = stringAt(definition, 'spec', 'group');
  const rivals = others.filter(
    (other) => other.metadata.name !== definition.metadata.name && stringAt(other, 'spec', 'group') === group,
  );
  for (const rival of rivals) {
    const taken = objectAt(rival, 'status', 'acceptedNames');
    for (const name of ['kind', 'listKind', 'singular', 'plural']) {
      const wanted = stringAt(definition, 'spec', 'names', name);
      if (wanted !== undefined && wanted === stringAt(taken, name)) return `"${wanted}" is already in use`;
    }
  }
  return undefined;
}

/**
 * The status that the API server gives a definition: whether its names are free and it is served. A conflict of names
 * keeps it from being established until it is resolved.
 */
export function definitionStatus(definition: KubeObject, others: readonly KubeObject[], now: string): JsonObject {
  const conflict = conflictOf(definition, others);
  const established = listAt(definition, 'status', 'conditions').some(
    (one) => stringAt(one, 'type') === 'Established' && stringAt(one, 'status') === 'True',
  );
  const names: ConditionChange = conflict
    ? { type: 'NamesAccepted', status: 'False', reason: 'PluralConflict', message: conflict }
    : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const served: ConditionChange =
    conflict && !established
      ? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
      : {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        };
  const conditions = [names, served].reduce(
    (all, change) => withCondition(all, change, now),
    listAt(definition, 'status', 'conditions'),
  );
  return {
    conditions,
    acceptedNames: conflict ? objectAt(definition, 'status', 'acceptedNames') : objectAt(definition, 'spec', 'names'),
    storedVersions: storedVersions(definition),
  };
}

function storedVersions(definition: KubeObject): readonly string[] {
  const storage = listAt(definition, 'spec', 'versions').find((version) => memberAt(version, 'storage') === true);
  const known = listAt(definition, 'status', 'storedVersions').map(String);
  const name = storage === undefined ? undefined : stringAt(storage, 'name');
  return name === undefined || known.includes(name) ? known : [...known, name];
}
