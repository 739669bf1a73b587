import { expect, it } from 'vitest';
import type { Body } from './client.ts';
import { byText } from './client.ts';
import type { World } from './world.ts';
import { GROUP } from './world.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const OPENAPI_V2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** What kubectl accepts. */
const OPENAPI_V2_OLD = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

export function discoveryCases(world: () => Promise<World>): void {
  it('names the versions of the core', async () => {
    const w = await world();
    expect((await w.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  });

  it('names the groups', async () => {
    const w = await world();
    const { body } = await w.get('/apis');
    expect(body.kind).toBe('APIGroupList');
    expect(body.groups).toContainEqual({
      name: GROUP,
      versions: [{ groupVersion: `${GROUP}/v1`, version: 'v1' }],
      preferredVersion: { groupVersion: `${GROUP}/v1`, version: 'v1' },
    });
  });

  it('describes one group', async () => {
    const w = await world();
    expect((await w.get('/apis/coordination.k8s.io')).body).toMatchObject({
      kind: 'APIGroup',
      name: 'coordination.k8s.io',
      preferredVersion: { version: 'v1' },
    });
  });

  it('names the resources of a group', async () => {
    const w = await world();
    const { body } = await w.get(`/apis/${GROUP}/v1`);
    const [widgets, status] = body.resources.filter(({ kind }: Body) => kind === 'Widget');
    expect(widgets).toMatchObject({
      name: 'widgets',
      singularName: 'widget',
      namespaced: true,
      shortNames: ['wdg'],
      categories: ['contract'],
    });
    expect((widgets.verbs as string[]).toSorted(byText)).toEqual(VERBS);
    expect(status).toMatchObject({ name: 'widgets/status', singularName: '', namespaced: true });
    expect((status.verbs as string[]).toSorted(byText)).toEqual(['get', 'patch', 'update']);
  });

  it.each([
    ['namespaces', { kind: 'Namespace', namespaced: false, shortNames: ['ns'] }],
    ['configmaps', { kind: 'ConfigMap', namespaced: true, shortNames: ['cm'] }],
    ['secrets', { kind: 'Secret', namespaced: true }],
    ['events', { kind: 'Event', namespaced: true, shortNames: ['ev'] }],
    ['serviceaccounts', { kind: 'ServiceAccount', namespaced: true, shortNames: ['sa'] }],
    ['persistentvolumes', { kind: 'PersistentVolume', namespaced: false, shortNames: ['pv'] }],
    ['persistentvolumeclaims', { kind: 'PersistentVolumeClaim', namespaced: true, shortNames: ['pvc'] }],
    ['nodes', { kind: 'Node', namespaced: false, shortNames: ['no'] }],
  ])('describes the built-in resource %s', async (name, expected) => {
    const w = await world();
    const { body } = await w.get('/api/v1');
    expect(body.resources.find((one: Body) => one.name === name)).toMatchObject(expected);
  });

  it('tells everything in one document to those who understand it', async () => {
    const w = await world();
    const { body, headers } = await w.get('/apis', { accept: `${AGGREGATED},application/json` });
    expect(headers['content-type']).toBe(AGGREGATED);
    expect(body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const group = body.items.find(({ metadata }: Body) => metadata.name === GROUP);
    const [version] = group.versions;
    expect(version).toMatchObject({ version: 'v1', freshness: 'Current' });
    const widgets = version.resources.find(({ resource }: Body) => resource === 'widgets');
    expect(widgets).toMatchObject({
      responseKind: { group: GROUP, version: 'v1', kind: 'Widget' },
      scope: 'Namespaced',
      singularResource: 'widget',
      shortNames: ['wdg'],
      categories: ['contract'],
      subresources: [{ subresource: 'status', responseKind: { group: GROUP, version: 'v1', kind: 'Widget' } }],
    });
  });

  it('tells the core in one document', async () => {
    const w = await world();
    const { body } = await w.get('/api', { accept: AGGREGATED });
    const { resources } = body.items[0].versions[0];
    expect(resources.find(({ resource }: Body) => resource === 'secrets')).toMatchObject({
      scope: 'Namespaced',
      responseKind: { kind: 'Secret' },
    });
  });

  it('publishes the schema of a custom resource', async () => {
    const w = await world();
    const { body: index } = await w.get('/openapi/v3');
    const path = index.paths[`apis/${GROUP}/v1`].serverRelativeURL as string;
    const { body } = await w.get(path);
    expect(body.openapi).toBe('3.0.0');
    const schema: Body = Object.values(body.components.schemas).find((one: Body) =>
      one['x-kubernetes-group-version-kind']?.some((type: Body) => type.kind === 'Widget' && type.group === GROUP),
    );
    expect(schema.properties.spec.properties.size).toMatchObject({
      type: 'integer',
      format: 'int32',
      minimum: 1,
      maximum: 9,
    });
    expect(schema.properties.metadata.allOf[0].$ref).toMatch(/ObjectMeta$/);
  });

  it('says in its schema that it validates fields of patches', async () => {
    const w = await world();
    const { body } = await w.get(`/openapi/v3/apis/${GROUP}/v1`);
    const operation = body.paths[`/apis/${GROUP}/v1/namespaces/{namespace}/widgets/{name}`].patch;
    expect(operation.parameters.map(({ name }: Body) => name)).toEqual(
      expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation']),
    );
    expect(operation['x-kubernetes-group-version-kind']).toEqual({ group: GROUP, version: 'v1', kind: 'Widget' });
  });

  it.each([OPENAPI_V2_OLD, OPENAPI_V2])('has OpenAPI v2 in binary form for those who accept %s', async (accept) => {
    const w = await world();
    const { code, body, headers } = await w.get('/openapi/v2', { accept });
    expect({ code, type: headers['content-type'] }).toEqual({ code: 200, type: OPENAPI_V2 });
    // Of gnostic's Document: field 1 is the version of OpenAPI, field 2 the information, with the title first.
    expect(body).toContain('\n\u00032.0\u0012');
    expect(body).toContain('\n\nKubernetes\u0012\u00041.');
  });

  it('has OpenAPI v2 in JSON for everybody else', async () => {
    const w = await world();
    expect((await w.get('/openapi/v2')).body).toMatchObject({ swagger: '2.0', info: { title: 'Kubernetes' } });
  });

  it.each(['/healthz', '/livez', '/readyz'])('is well: %s', async (path) => {
    const w = await world();
    expect(await w.get(path)).toMatchObject({ code: 200, body: 'ok' });
  });

  it('tells its version', async () => {
    const w = await world();
    expect((await w.get('/version')).body).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\./) });
  });

  it.each(['default', 'kube-system', 'kube-public', 'kube-node-lease'])('has the namespace %s', async (name) => {
    const w = await world();
    const { body } = await w.get(`/api/v1/namespaces/${name}`);
    expect(body).toMatchObject({
      status: { phase: 'Active' },
      spec: { finalizers: ['kubernetes'] },
      metadata: { labels: { 'kubernetes.io/metadata.name': name } },
    });
  });
}
