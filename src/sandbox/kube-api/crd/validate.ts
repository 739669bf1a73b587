import { messageOf } from '../../../util/error-message.ts';
import { compileJsonPath } from '../json-path.ts';
import type { JsonObject, KubeObject } from '../json.ts';
import { isObject, listAt, memberAt, objectAt, stringAt } from '../json.ts';
import { undeclaredNames } from '../schema/cel-names.ts';
import { compileRule } from '../schema/rules.ts';
import type { Schema } from '../schema/schema.ts';
import type { FieldError } from '../status.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired } from '../status.ts';
import { schemaOf } from './definition.ts';

/**
 * What is wrong with a CustomResourceDefinition: the findings that authors of definitions meet, in the API server's
 * words. A schema that passes here is structural, which pruning, defaults and apply rely on.
 */
export function definitionErrors(definition: KubeObject, old: KubeObject | undefined): FieldError[] {
  return [...nameErrors(definition), ...versionErrors(definition), ...immutabilityErrors(definition, old)];
}

function nameErrors(definition: KubeObject): FieldError[] {
  const group = stringAt(definition, 'spec', 'group') ?? '';
  const plural = stringAt(definition, 'spec', 'names', 'plural') ?? '';
  const scope = stringAt(definition, 'spec', 'scope');
  const errors: FieldError[] = [];
  if (definition.metadata.name !== `${plural}.${group}`) {
    errors.push(fieldInvalid('metadata.name', definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (!group.includes('.')) errors.push(fieldInvalid('spec.group', group, 'should be a domain with at least one dot'));
  if (scope !== 'Namespaced' && scope !== 'Cluster') {
    errors.push(fieldNotSupported('spec.scope', scope ?? '', ['Cluster', 'Namespaced']));
  }
  return errors;
}

function versionErrors(definition: KubeObject): FieldError[] {
  const versions = listAt(definition, 'spec', 'versions').filter(isObject);
  const storage = versions.filter((version) => version['storage'] === true).length;
  const errors = versions.flatMap((version, index) => [
    ...columnErrors(version, `spec.versions[${index}]`),
    ...schemaErrorsOf(version, versions.length === 1 ? 'spec.validation' : `spec.versions[${index}].schema`),
  ]);
  if (storage !== 1) {
    errors.push(fieldInvalid('spec.versions', versions, 'must have exactly one version marked as storage version'));
  }
  return errors;
}

function columnErrors(version: JsonObject, path: string): FieldError[] {
  return listAt(version, 'additionalPrinterColumns').flatMap((column, index) => {
    const jsonPath = stringAt(column, 'jsonPath') ?? '';
    const field = `${path}.additionalPrinterColumns[${index}].jsonPath`;
    try {
      compileJsonPath(jsonPath);
      return jsonPath.startsWith('.')
        ? []
        : [fieldInvalid(field, jsonPath, 'must be a simple json path starting with .')];
    } catch (error) {
      return [fieldInvalid(field, jsonPath, messageOf(error))];
    }
  });
}

function schemaErrorsOf(version: JsonObject, path: string): FieldError[] {
  const schema = schemaOf(version);
  const field = `${path}.openAPIV3Schema`;
  if (!isObject(memberAt(version, 'schema', 'openAPIV3Schema'))) return [fieldRequired(field, 'schemas are required')];
  if (schema.type !== 'object') {
    return [fieldInvalid(`${field}.type`, schema.type ?? '', 'must be object at the root')];
  }
  return schemaErrors(schema, field, true);
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function schemaErrors(schema: Schema, path: string, isRoot: boolean): FieldError[] {
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const errors: FieldError[] = [];
  if (schema.type === undefined && !free) {
    const what = path.endsWith('.items') ? 'array items' : path.endsWith(']') ? 'object fields' : 'maps';
    errors.push(fieldRequired(`${path}.type`, `must not be empty for specified ${what}`));
  }
  if (schema.type !== undefined && !TYPES.includes(schema.type)) {
    errors.push(fieldNotSupported(`${path}.type`, schema.type, TYPES));
  }
  if (schema.properties && schema.additionalProperties !== undefined) {
    errors.push(
      fieldForbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    );
  }
  if (schema.type === 'array' && schema.items === undefined)
    errors.push(fieldRequired(`${path}.items`, 'must be specified'));
  if (schema.uniqueItems === true) {
    errors.push(
      fieldForbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  }
  return [
    ...errors,
    ...listErrors(schema, path),
    ...ruleErrors(schema, path, isRoot),
    ...childErrors(schema, path, isRoot),
    ...compositionErrors(schema, path),
  ];
}

function childErrors(schema: Schema, path: string, isRoot: boolean): FieldError[] {
  const errors = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    isRoot && name === 'metadata' ? [] : schemaErrors(child, `${path}.properties[${name}]`, false),
  );
  const rest = schema.additionalProperties;
  if (typeof rest === 'object') errors.push(...schemaErrors(rest, `${path}.additionalProperties`, false));
  if (schema.items) errors.push(...schemaErrors(schema.items, `${path}.items`, false));
  return errors;
}

/** Structure is said once, outside of `allOf`, `anyOf`, `oneOf` and `not`; inside them only values may be restricted. */
function compositionErrors(schema: Schema, path: string): FieldError[] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
    (schema[name] ?? []).map((one, index) => [`${path}.${name}[${index}]`, one] as const),
  );
  const all = schema.not ? [...lists, [`${path}.not`, schema.not] as const] : lists;
  return all.flatMap(([at, one]) =>
    (['type', 'default', 'description', 'nullable', 'additionalProperties'] as const)
      .filter((word) => one[word] !== undefined && !(word === 'type' && schema['x-kubernetes-int-or-string']))
      .map((word) =>
        fieldForbidden(
          `${at}.${word}`,
          word === 'type' ? 'must be empty to be structural' : 'must be undefined to be structural',
        ),
      ),
  );
}

function listErrors(schema: Schema, path: string): FieldError[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map') return [];
  if (!keys || keys.length === 0) {
    return [fieldRequired(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')];
  }
  const items = schema.items ?? {};
  return keys.flatMap((key) => {
    const declared = items.properties?.[key];
    if (!declared)
      return [fieldInvalid(`${path}.x-kubernetes-list-map-keys`, key, 'entries must all be names of item properties')];
    const settled = declared.default !== undefined || items.required?.includes(key);
    const why = `this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`;
    return settled ? [] : [fieldRequired(`${path}.items.properties[${key}].default`, why)];
  });
}

function ruleErrors(schema: Schema, path: string, isRoot: boolean): FieldError[] {
  const self = isRoot ? withVisibleMetadata(schema) : schema;
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const field = `${path}.x-kubernetes-validations[${index}].rule`;
    const failed = (why: string): FieldError => fieldInvalid(field, rule.rule, `compilation failed: ERROR: ${why}`);
    try {
      compileRule(rule);
      // An optional past is reached by methods, of whose values nothing is known.
      const oldSelf = rule.optionalOldSelf === true ? undefined : self;
      const scope = new Map([
        ['self', self],
        ['oldSelf', oldSelf],
      ]);
      return undeclaredNames(rule.rule, scope).map(failed);
    } catch (error) {
      return [failed(messageOf(error))];
    }
  });
}

/** Of an object's metadata, rules see only the name. */
function withVisibleMetadata(schema: Schema): Schema {
  const string = { type: 'string' } as const;
  const metadata: Schema = { type: 'object', properties: { name: string, generateName: string } };
  return { ...schema, properties: { ...schema.properties, apiVersion: string, kind: string, metadata } };
}

function immutabilityErrors(definition: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (!old) return [];
  const fields: readonly (readonly string[])[] = [['group'], ['scope'], ['names', 'kind'], ['names', 'plural']];
  return fields.flatMap((path) => {
    const [before, after] = [old, definition].map((one) => stringAt(objectAt(one, 'spec'), ...path));
    return before === after ? [] : [fieldInvalid(`spec.${path.join('.')}`, after, 'field is immutable')];
  });
}
