import { expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP, configMap } from './world.ts';

const NO_PAGE = '404 page not found\n';
const failure = (code: number, reason: string, message: string): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  details: {},
  code,
});

const YAML = { type: 'application/yaml' };

export function bodyCases(world: () => Promise<World>): void {
  const warning = (...texts: readonly string[]): string =>
    texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');

  it('takes the last of fields that are there twice, and warns', async () => {
    const w = await world();
    const text = '{"metadata":{"name":"x","name":"a"},"data":{"k":"1","k":"2"}}';
    const { code, body, headers } = await w.ask('POST', w.configMaps, text);
    expect({ code, name: body.metadata.name, data: body.data }).toEqual({ code: 201, name: 'a', data: { k: '2' } });
    expect(headers['warning']).toBe(warning('duplicate field "metadata.name"', 'duplicate field "data.k"'));
  });

  it('refuses fields that are there twice when it is to be strict', async () => {
    const w = await world();
    const text = '{"metadata":{"name":"a"},"data":{"k":"1","k":"2"},"data":{},"color":"red"}';
    const { code, body } = await w.ask('POST', `${w.configMaps}?fieldValidation=Strict`, text);
    expect({ code, message: body.message }).toEqual({
      code: 400,
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.k", duplicate field "data", unknown field "color"',
    });
  });

  it('says nothing of fields that are there twice when told to', async () => {
    const w = await world();
    const text = '{"metadata":{"name":"a"},"data":{"k":"1","k":"2"}}';
    const { code, headers } = await w.ask('POST', `${w.configMaps}?fieldValidation=Ignore`, text);
    expect({ code, warning: headers['warning'] }).toEqual({ code: 201, warning: undefined });
  });

  it('warns of fields that are there twice in custom resources, next to unknown ones', async () => {
    const w = await world();
    const text = `{"apiVersion":"${GROUP}/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1,"size":2,"color":"red"}}`;
    const { code, body, headers } = await w.ask('POST', w.widgets, text);
    expect({ code, spec: body.spec }).toEqual({ code: 201, spec: { size: 2, mode: 'a' } });
    expect(headers['warning']).toBe(warning('duplicate field "spec.size"', 'unknown field "spec.color"'));
  });

  it('warns of keys that are there twice in YAML', async () => {
    const w = await world();
    const { code, body, headers } = await w.ask(
      'POST',
      w.configMaps,
      'metadata:\n  name: a\ndata:\n  k: "1"\n  k: "2"\n',
      YAML,
    );
    expect({ code, data: body.data }).toEqual({ code: 201, data: { k: '2' } });
    expect(headers['warning']).toBe(warning('line 5: key "k" already set in map'));
  });

  it.each(['yes', 'y', 'on', 'true', 'True'])('understands %s in YAML as a truth', async (text) => {
    const w = await world();
    const yaml = `metadata:\n  name: a\nimmutable: ${text}\n`;
    expect((await w.ask('POST', w.configMaps, yaml, YAML)).body.immutable).toBe(true);
  });

  it.each([
    ['a day', '2020-01-01'],
    ['a time', '2020-01-01T00:00:00Z'],
    ['quoted numbers', '"0777"'],
  ])('keeps text that looks like %s in YAML', async (_, text) => {
    const w = await world();
    const { body } = await w.ask('POST', w.configMaps, `metadata:\n  name: a\ndata:\n  k: ${text}\n`, YAML);
    expect(body.data).toEqual({ k: text.replaceAll('"', '') });
  });

  it('writes YAML by name of field, with text in quotes that could be something else', async () => {
    const w = await world();
    await w.madeConfigMap('a', { a: '1', b: 'yes', c: 'plain' });
    const { body } = await w.get(`${w.configMaps}/a`, { accept: 'application/yaml' });
    expect(body).toMatch(
      /^apiVersion: v1\ndata:\n {2}a: "1"\n {2}b: "yes"\n {2}c: plain\nkind: ConfigMap\nmetadata:\n {2}creationTimestamp: "/,
    );
    expect(body).toMatch(/\n {2}managedFields:\n {2}- apiVersion: v1\n/);
  });

  it.each([
    ['/api/v1/nonsense', true],
    ['/api/v1/configmaps/a', true],
    ['/api/v1/namespaces/default/configmaps/a/b', true],
    ['/apis/rbac.authorization.k8s.io/v1/nonsense', true],
    ['/apis/rbac.authorization.k8s.io/v2', true],
    ['/apis/rbac.authorization.k8s.io/v1/clusterroles/a/b', true],
    ['/apis/none.example.com', false],
    ['/apis/none.example.com/v1', false],
    ['/apis/none.example.com/v1/things', false],
    [`/apis/${GROUP}/v1/nonsense`, false],
    [`/apis/${GROUP}/v9/widgets`, false],
    ['/nowhere', false],
  ])('has nothing at %s', async (path, isStatus) => {
    const w = await world();
    const { code, body } = await w.get(path);
    expect(code).toBe(404);
    expect(body).toEqual(
      isStatus ? failure(404, 'NotFound', 'the server could not find the requested resource') : NO_PAGE,
    );
  });

  it.each([
    ['POST', '/api'],
    ['PUT', '/api'],
    ['DELETE', '/api/v1'],
    ['HEAD', '/api/v1'],
    ['PUT', '/api/v1/namespaces/default/configmaps'],
    ['PATCH', '/api/v1/namespaces/default/configmaps'],
    ['HEAD', '/api/v1/namespaces/default/configmaps'],
    ['POST', '/api/v1/namespaces/default/configmaps/a'],
    ['POST', '/api/v1/configmaps'],
    ['DELETE', '/api/v1/configmaps'],
    ['DELETE', '/api/v1/namespaces'],
  ])('does not take the method %s at %s', async (method, path) => {
    const w = await world();
    const { code, body } = await w.ask(method, path, method === 'HEAD' ? undefined : {});
    expect(code).toBe(405);
    const message = 'the server does not allow this method on the requested resource';
    expect(body).toEqual(method === 'HEAD' ? '' : failure(405, 'MethodNotAllowed', message));
  });

  it('has no schemas of what it does not serve', async () => {
    const w = await world();
    expect(await w.get('/openapi/v3/apis/none.example.com/v1')).toMatchObject({ code: 404, body: '' });
  });

  it.each([
    ['/healthz/ping', 200],
    ['/livez/etcd', 200],
    ['/readyz/informer-sync', 200],
    ['/healthz/nonsense', 404],
  ])('answers for one check: %s', async (path, code) => {
    const w = await world();
    expect((await w.get(path)).code).toBe(code);
  });

  it.each(['healthz', 'livez', 'readyz'])('lists the checks of %s', async (kind) => {
    const w = await world();
    const { body } = await w.get(`/${kind}?verbose`);
    expect(body).toContain('[+]ping ok\n');
    expect(body).toContain('[+]etcd ok\n');
    expect(body.endsWith(`${kind} check passed\n`)).toBe(true);
  });

  it('refuses to replace an object whose body has no name', async () => {
    const w = await world();
    await w.madeConfigMap('a');
    const { code, body } = await w.ask('PUT', `${w.configMaps}/a`, { ...configMap('a'), metadata: {} });
    expect({ code, message: body.message }).toEqual({
      code: 400,
      message: 'the name of the object (a based on URL) was undeterminable: name must be provided',
    });
  });

  it('refuses a patch in a form that is none of a patch', async () => {
    const w = await world();
    await w.madeConfigMap('a');
    const { code, body } = await w.patch(`${w.configMaps}/a`, {}, 'application/json');
    expect({ code, message: body.message, details: body.details }).toEqual({
      code: 415,
      message: '415: Unsupported Media Type',
      details: {},
    });
  });
}
