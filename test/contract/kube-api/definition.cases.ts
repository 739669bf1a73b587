import { expect, it } from 'vitest';
import type { Body } from './client.ts';
import { fresh } from './client.ts';
import type { World } from './world.ts';
import { GROUP, WIDGETS } from './world.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function definition(schema: object, change: object = {}): Body {
  const plural = fresh('things').replaceAll('-', '');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Cluster',
      names: { plural, kind: `K${plural}` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      ...change,
    },
  };
}

const dry = (w: World, body: unknown) => w.post(`${PATH}?dryRun=All`, body);

export function definitionCases(world: () => Promise<World>): void {
  it('establishes a definition', async () => {
    const w = await world();
    const { body } = await w.get(`${PATH}/${WIDGETS.metadata.name}`);
    const states = Object.fromEntries(
      body.status.conditions.map((one: Body) => [one.type, [one.status, one.reason, one.message]]),
    );
    expect(states).toMatchObject({
      NamesAccepted: ['True', 'NoConflicts', 'no conflicts found'],
      Established: ['True', 'InitialNamesAccepted', 'the initial names have been accepted'],
    });
    expect(body.status).toMatchObject({ storedVersions: ['v1'], acceptedNames: { plural: 'widgets', kind: 'Widget' } });
  });

  it('derives the names that a definition leaves out', async () => {
    const w = await world();
    const given = definition({ type: 'object' });
    const { code, body } = await dry(w, given);
    expect(code).toBe(201);
    const { kind } = given.spec.names;
    expect(body.spec.names).toMatchObject({ singular: kind.toLowerCase(), listKind: `${kind}List` });
    expect(body.spec.conversion).toEqual({ strategy: 'None' });
  });

  it.each([
    ['a schema without a type', { properties: { a: { type: 'string' } } }],
    ['a field without a type', { type: 'object', properties: { spec: { properties: { a: { type: 'string' } } } } }],
    ['a list without items', { type: 'object', properties: { a: { type: 'array' } } }],
    [
      'unique items',
      { type: 'object', properties: { a: { type: 'array', uniqueItems: true, items: { type: 'string' } } } },
    ],
    [
      'properties and additional properties',
      {
        type: 'object',
        properties: {
          a: { type: 'object', properties: { b: { type: 'string' } }, additionalProperties: { type: 'string' } },
        },
      },
    ],
    [
      'a keyed list without keys',
      {
        type: 'object',
        properties: {
          a: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            items: { type: 'object', properties: { b: { type: 'string' } } },
          },
        },
      },
    ],
    [
      'a key that may be absent',
      {
        type: 'object',
        properties: {
          a: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['b'],
            items: { type: 'object', properties: { b: { type: 'string' } } },
          },
        },
      },
    ],
    ['a type inside of anyOf', { type: 'object', properties: { a: { type: 'string', anyOf: [{ type: 'string' }] } } }],
    [
      'a rule that is no expression',
      { type: 'object', properties: { a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self ==' }] } } },
    ],
    [
      'a rule about a field that is not there',
      { type: 'object', properties: { a: { type: 'string' } }, 'x-kubernetes-validations': [{ rule: 'self.b == 1' }] },
    ],
    [
      'a rule about the labels of an object',
      { type: 'object', 'x-kubernetes-validations': [{ rule: 'has(self.metadata.labels)' }] },
    ],
    [
      'a rule with a variable that nobody declares',
      { type: 'object', properties: { a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'slef == "x"' }] } } },
    ],
  ])('refuses %s', async (_what, schema) => {
    const w = await world();
    const { code, body } = await dry(w, definition(schema));
    expect({ code, reason: body.reason, kind: body.details.kind }).toEqual({
      code: 422,
      reason: 'Invalid',
      kind: 'CustomResourceDefinition',
    });
  });

  it('refuses a name that is not made of plural and group', async () => {
    const w = await world();
    const given = definition({ type: 'object' });
    const { body } = await dry(w, { ...given, metadata: { name: `other.${GROUP}` } });
    expect(body.details.causes).toContainEqual({
      reason: 'FieldValueInvalid',
      message: `Invalid value: "other.${GROUP}": must be spec.names.plural+"."+spec.group`,
      field: 'metadata.name',
    });
  });

  it('serves several versions of the same objects', async () => {
    const w = await world();
    const open = { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } } };
    const version = (name: string, storage: boolean) => ({
      name,
      served: true,
      storage,
      schema: { openAPIV3Schema: open },
    });
    const given = definition({}, { versions: [version('v1', true), version('v1beta1', false)] });
    await w.post(PATH, given);
    const { kind, plural } = given.spec.names;
    await established(w, given);
    const path = (name: string) => `/apis/${GROUP}/${name}/${plural}`;
    await w.post(path('v1beta1'), { apiVersion: `${GROUP}/v1beta1`, kind, metadata: { name: 'x' }, spec: { a: 'b' } });
    const { body } = await w.get(`${path('v1')}/x`);
    expect(body).toMatchObject({ apiVersion: `${GROUP}/v1`, spec: { a: 'b' } });
    await w.ask('DELETE', `${PATH}/${given.metadata.name}`);
  });

  it('deletes the objects of a definition with it', async () => {
    const w = await world();
    const given = definition({ type: 'object' });
    await w.post(PATH, given);
    await established(w, given);
    const { kind, plural } = given.spec.names;
    await w.post(`/apis/${GROUP}/v1/${plural}`, { apiVersion: `${GROUP}/v1`, kind, metadata: { name: 'x' } });
    const watch = await w.client.watch(`${PATH}?watch=true&fieldSelector=metadata.name%3D${given.metadata.name}`);
    await w.ask('DELETE', `${PATH}/${given.metadata.name}`);
    for (let event = await watch.next(); event && event.type !== 'DELETED';) event = await watch.next();
    watch.close();
    expect((await w.get(`${PATH}/${given.metadata.name}`)).code).toBe(404);
  });
}

async function established(w: World, given: Body): Promise<void> {
  const watch = await w.client.watch(`${PATH}?watch=true&fieldSelector=metadata.name%3D${given.metadata.name}`);
  const isReady = (event: Body): boolean =>
    event.object.status?.conditions?.some((one: Body) => one.type === 'Established' && one.status === 'True');
  for (let event = await watch.next(); event && !isReady(event);) event = await watch.next();
  watch.close();
  for (const { name } of given.spec.versions) {
    while ((await w.get(`/apis/${GROUP}/${name}/${given.spec.names.plural}`)).code !== 200);
  }
}
