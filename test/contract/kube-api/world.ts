import type { Answer, AskOptions, Body, PlainClient } from './client.ts';
import { MERGE, fresh } from './client.ts';
import { untilServerKnows } from '../../support/server-knows.ts';
import { TEST_LABELS } from '../../support/test-labels.ts';

/** The group of the kinds that the suite defines; a server that is tested twice keeps them apart. */
export const GROUP = `${fresh('g')}.example.com`;

/** A kind with a bit of everything that definitions can say. */
export const WIDGETS = definition('widgets', 'Widget', {
  spec: {
    type: 'object',
    required: ['size'],
    'x-kubernetes-validations': [
      { rule: '!has(self.max) || self.size <= self.max', message: 'size must not exceed max' },
    ],
    properties: {
      size: { type: 'integer', format: 'int32', minimum: 1, maximum: 9 },
      max: { type: 'integer', format: 'int32' },
      mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
      name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
      fixed: {
        type: 'string',
        maxLength: 20,
        'x-kubernetes-validations': [
          { rule: 'self == oldSelf', message: 'fixed is immutable' },
          { rule: "self != 'bad'", messageExpression: "'bad value ' + self", reason: 'FieldValueForbidden' },
        ],
      },
      cidr: {
        type: 'string',
        maxLength: 43,
        'x-kubernetes-validations': [{ rule: 'isCIDR(self)', message: 'must be a CIDR' }],
      },
      tags: { type: 'array', maxItems: 2, items: { type: 'string' } },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      ports: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string' },
            port: { type: 'integer' },
            proto: { type: 'string', default: 'tcp' },
          },
        },
      },
      set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      amount: { 'x-kubernetes-int-or-string': true },
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      when: { type: 'string', format: 'date-time' },
      nothing: { type: 'string', nullable: true },
    },
  },
  status: {
    type: 'object',
    properties: {
      phase: { type: 'string' },
      conditions: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
        items: {
          type: 'object',
          required: ['type', 'status'],
          properties: { type: { type: 'string' }, status: { type: 'string' } },
        },
      },
    },
  },
});

function definition(plural: string, kind: string, properties: object) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}`, labels: TEST_LABELS },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        plural,
        singular: kind.toLowerCase(),
        kind,
        listKind: `${kind}List`,
        shortNames: ['wdg'],
        categories: ['contract'],
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          selectableFields: [{ jsonPath: '.spec.mode' }],
          additionalPrinterColumns: [
            { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
            { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
            { name: 'Mode', type: 'string', jsonPath: '.spec.mode', priority: 1 },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties } },
        },
      ],
    },
  };
}

/** The requests of one case, in a namespace of its own. */
export class World {
  readonly client: PlainClient;
  readonly namespace: string;

  constructor(client: PlainClient, namespace: string) {
    this.client = client;
    this.namespace = namespace;
  }

  get widgets(): string {
    return `/apis/${GROUP}/v1/namespaces/${this.namespace}/widgets`;
  }

  get configMaps(): string {
    return `/api/v1/namespaces/${this.namespace}/configmaps`;
  }

  ask(method: string, path: string, body?: unknown, options?: AskOptions): Promise<Answer> {
    return this.client.ask(method, path, body, options);
  }

  get(path: string, options?: AskOptions): Promise<Answer> {
    return this.ask('GET', path, undefined, options);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.ask('POST', path, body);
  }

  patch(path: string, body: unknown, type: string = MERGE): Promise<Answer> {
    return this.ask('PATCH', path, body, { type });
  }

  /** Creates a widget, and answers it as it was stored. */
  async made(name: string, spec: object = { size: 3 }, metadata: object = {}): Promise<Body> {
    const { code, body } = await this.post(this.widgets, widget(name, spec, metadata));
    if (code !== 201) throw new Error(`the case cannot begin: ${JSON.stringify(body)}`);
    return body;
  }

  async madeConfigMap(name: string, data: object = { key: 'value' }, metadata: object = {}): Promise<Body> {
    const { code, body } = await this.post(this.configMaps, configMap(name, data, metadata));
    if (code !== 201) throw new Error(`the case cannot begin: ${JSON.stringify(body)}`);
    return body;
  }
}

export function widget(name: string, spec: unknown = { size: 3 }, metadata: object = {}): Body {
  return { apiVersion: `${GROUP}/v1`, kind: 'Widget', metadata: { name, ...metadata }, spec };
}

export function configMap(name: string, data: unknown = { key: 'value' }, metadata: object = {}): Body {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

/** Prepares a server for the suite: its definitions are served when this is over. */
export async function prepare(client: PlainClient): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await client.ask('POST', path, WIDGETS);
  const watch = await client.watch(`${path}?watch=true&fieldSelector=metadata.name=${WIDGETS.metadata.name}`);
  for (let event = await watch.next(); event; event = await watch.next()) {
    const established = event.object.status?.conditions?.find((one: Body) => one.type === 'Established');
    if (established?.status === 'True') break;
  }
  watch.close();
  // The real server serves a definition a moment after it says so.
  await untilServerKnows('how to serve widgets', async () => {
    const { code } = await client.ask('GET', `/apis/${GROUP}/v1/widgets`);
    const { body: index } = await client.ask('GET', '/openapi/v3');
    return code === 200 && index.paths[`apis/${GROUP}/v1`] !== undefined;
  });
}

export async function worldOn(client: PlainClient): Promise<World> {
  const namespace = fresh('case');
  await client.ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: TEST_LABELS },
  });
  return new World(client, namespace);
}
