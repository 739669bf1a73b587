import { createHash } from 'node:crypto';
import type { Json, JsonObject } from './json.ts';
import type { Resource } from './resource.ts';
import { apiVersionOf } from './resource.ts';
import type { Schema } from './schema/schema.ts';
import { METADATA } from './schema/schema.ts';

/*
 * OpenAPI documents: enough for `kubectl explain`, for kubectl to know which kinds the server validates, and for apply to
 * know how lists merge. Paths carry what tools look for (`x-kubernetes-group-version-kind`, `x-kubernetes-action`), not
 * each parameter.
 */

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** `/openapi/v3`: where the document of each group and version stands. */
export function openApiIndex(resources: readonly Resource[]): JsonObject {
  const paths = [...new Set(resources.map(pathOf))].map((path): [string, Json] => {
    const hash = createHash('sha256')
      .update(JSON.stringify(schemasAt(resources, path)))
      .digest('hex')
      .toUpperCase();
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(paths) };
}

function pathOf(resource: Resource): string {
  return resource.group === '' ? `api/${resource.version}` : `apis/${apiVersionOf(resource)}`;
}

const schemasAt = (resources: readonly Resource[], path: string): readonly Schema[] =>
  resources.filter((resource) => pathOf(resource) === path).map(({ schema }) => schema);

/** `/openapi/v3/{path}`; undefined when there is none. */
export function openApiV3(resources: readonly Resource[], path: string): JsonObject | undefined {
  const served = resources.filter((resource) => pathOf(resource) === path);
  if (served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.36' },
    paths: Object.fromEntries(served.flatMap((resource) => Object.entries(pathsOf(resource, v3Content)))),
    components: { schemas: schemasFor(served, '#/components/schemas/') },
  };
}

/** `/openapi/v2`: the same in the older form, for all resources at once. */
export function openApiV2(resources: readonly Resource[]): JsonObject {
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: '1.36' },
    paths: Object.fromEntries(resources.flatMap((resource) => Object.entries(pathsOf(resource, v2Content)))),
    definitions: schemasFor(resources, '#/definitions/'),
  };
}

/**
 * `/openapi/v2` in its binary form (gnostic's `openapi.v2.Document`), without paths and definitions: kubectl asks for it
 * when it meets a kind that discovery does not know, only to look for that kind in it. All bytes are ASCII, so text will do.
 */
export function openApiV2Protobuf(): string {
  const info = binaryField(1, 'Kubernetes') + binaryField(2, '1.36');
  return binaryField(1, '2.0') + binaryField(2, info) + binaryField(8, '');
}

/** A field of text or a message; number and length fit a byte each. */
const binaryField = (number: number, value: string): string =>
  String.fromCharCode((number << 3) | 2, value.length) + value;

function schemasFor(resources: readonly Resource[], prefix: string): JsonObject {
  const entries = resources.flatMap((resource): [string, Json][] => {
    const name = schemaName(resource);
    return [
      [name, { ...objectSchema(resource, prefix), 'x-kubernetes-group-version-kind': [typeOf(resource)] }],
      [
        `${name}List`,
        { ...listSchema(resource, prefix), 'x-kubernetes-group-version-kind': [typeOf(resource, resource.listKind)] },
      ],
    ];
  });
  return {
    ...Object.fromEntries(entries),
    [META]: { ...METADATA, description: 'ObjectMeta is metadata that all persisted resources must have.' },
    [LIST_META]: {
      type: 'object',
      properties: {
        continue: { type: 'string' },
        resourceVersion: { type: 'string' },
        remainingItemCount: { type: 'integer' },
      },
    },
    [DELETE_OPTIONS]: {
      type: 'object',
      properties: { propagationPolicy: { type: 'string' }, dryRun: { type: 'array', items: { type: 'string' } } },
    },
  };
}

/** `com.example.v1.Widget`: the group's domain from right to left, as tools expect. */
function schemaName({ group, version, kind }: Resource): string {
  if (group === '') return `io.k8s.api.core.${version}.${kind}`;
  if (!group.endsWith('.k8s.io')) return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
  return `io.k8s.api.${group.split('.')[0] ?? ''}.${version}.${kind}`;
}

const API_VERSION: Json = { type: 'string', description: 'The versioned schema of this representation of an object.' };
const KIND: Json = { type: 'string', description: 'The REST resource that this object represents.' };

const typeOf = (resource: Resource, kind = resource.kind): JsonObject => ({
  group: resource.group,
  version: resource.version,
  kind,
});

function objectSchema({ schema }: Resource, prefix: string): JsonObject {
  const metadata = { description: 'Standard metadata of an object.', allOf: [{ $ref: prefix + META }], default: {} };
  const { 'x-kubernetes-validations': _, ...published } = schema;
  const properties = { ...schema.properties, apiVersion: API_VERSION, kind: KIND, metadata };
  return { ...published, properties };
}

function listSchema(resource: Resource, prefix: string): JsonObject {
  const items = { type: 'array', items: { allOf: [{ $ref: prefix + schemaName(resource) }], default: {} } };
  const metadata = { allOf: [{ $ref: prefix + LIST_META }], default: {} };
  return { type: 'object', required: ['items'], properties: { apiVersion: API_VERSION, kind: KIND, metadata, items } };
}

type Content = (resource: Resource, verb: string) => JsonObject;

const PATCH_TYPES = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];

const v3Content: Content = (resource, verb) => {
  const schema = { $ref: `#/components/schemas/${schemaName(resource)}` };
  const types = verb === 'patch' ? PATCH_TYPES : ['application/json', 'application/yaml'];
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  const hasBody = verb !== 'get' && verb !== 'delete';
  return {
    ...(hasBody && { requestBody: { content } }),
    responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
  };
};

const v2Content: Content = (resource) => ({
  responses: { 200: { description: 'OK', schema: { $ref: `#/definitions/${schemaName(resource)}` } } },
});

const ACTIONS: { readonly [method: string]: string } = {
  get: 'get',
  put: 'put',
  patch: 'patch',
  delete: 'delete',
  post: 'post',
};

/** Query parameters that kubectl looks for, to learn whether the server validates fields and runs dry. */
const PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string' },
}));
const PARAMETERS_V2 = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  type: 'string',
}));

function pathsOf(resource: Resource, content: Content): JsonObject {
  const root = `/${pathOf(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
  const parameters = content === v2Content ? PARAMETERS_V2 : PARAMETERS;
  const operation = (method: string, verb = method): [string, Json] => [
    method,
    {
      description: `${verb} the specified ${resource.kind}`,
      operationId: `${verb}${resource.group.replaceAll('.', '')}${resource.version}${resource.kind}`,
      ...(method !== 'get' && { parameters }),
      ...content(resource, method),
      'x-kubernetes-action': ACTIONS[verb] ?? verb,
      'x-kubernetes-group-version-kind': typeOf(resource),
    },
  ];
  return {
    [root]: Object.fromEntries([operation('get', 'list'), operation('post')]),
    [`${root}/{name}`]: Object.fromEntries(['get', 'put', 'patch', 'delete'].map((method) => operation(method))),
  };
}
