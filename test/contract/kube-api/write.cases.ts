import { expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP, configMap, widget } from './world.ts';

export function writeCases(world: () => Promise<World>): void {
  it('gives a new object its uid, version, time and generation', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget('a'));
    expect(code).toBe(201);
    expect(body.metadata).toMatchObject({ name: 'a', namespace: w.namespace, generation: 1 });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0);
  });

  it('takes the namespace from the path', async () => {
    const w = await world();
    expect((await w.madeConfigMap('a')).metadata.namespace).toBe(w.namespace);
  });

  it('refuses an object that says another namespace', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget('a', { size: 1 }, { namespace: 'other' }));
    expect(code).toBe(400);
    expect(body).toMatchObject({
      reason: 'BadRequest',
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    });
  });

  it('refuses a second object of the same name', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.post(w.widgets, widget('a'));
    expect(code).toBe(409);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `widgets.${GROUP} "a" already exists`,
      reason: 'AlreadyExists',
      details: { name: 'a', group: GROUP, kind: 'widgets' },
      code: 409,
    });
  });

  it('refuses to create in a namespace that does not exist', async () => {
    const w = await world();
    const { code, body } = await w.post('/api/v1/namespaces/missing/configmaps', configMap('a'));
    expect(code).toBe(404);
    expect(body).toMatchObject({
      reason: 'NotFound',
      message: 'namespaces "missing" not found',
      details: { name: 'missing', kind: 'namespaces' },
    });
  });

  it('makes a name from generateName', async () => {
    const w = await world();
    const { code, body } = await w.post(w.configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'cm-' },
    });
    expect(code).toBe(201);
    expect(body.metadata.name).toMatch(/^cm-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(body.metadata.generateName).toBe('cm-');
  });

  it('refuses an object without a name', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, { ...widget('a'), metadata: {} });
    expect(code).toBe(422);
    expect(body.details.causes).toContainEqual({
      reason: 'FieldValueRequired',
      message: 'Required value: name or generateName is required',
      field: 'metadata.name',
    });
  });

  it('refuses a body of another version', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, { ...widget('a'), apiVersion: `${GROUP}/v2` });
    expect(code).toBe(400);
    expect(body.message).toBe(
      `the API version in the data (${GROUP}/v2) does not match the expected API version (${GROUP}/v1)`,
    );
  });

  it('refuses a body of another kind', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, { ...widget('a'), kind: 'Gadget' });
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      { reason: 'FieldValueInvalid', message: 'Invalid value: "Gadget": must be Widget', field: 'kind' },
    ]);
  });

  it('refuses a body without a kind', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, { spec: {} });
    expect(code).toBe(400);
    expect(body.message).toContain("Object 'Kind' is missing in '{\"spec\":{}}'");
  });

  it('fills in the type of a built-in object that does not say it', async () => {
    const w = await world();
    const { code, body } = await w.post(w.configMaps, { metadata: { name: 'untyped' }, data: { a: 'b' } });
    expect(code).toBe(201);
    expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: 'b' } });
  });

  it('refuses a body that is no JSON', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, '{bad');
    expect(code).toBe(400);
    expect(body.message).toContain(
      "the object provided is unrecognized (must be of type Widget): couldn't get version/kind; json parse error:",
    );
  });

  it('refuses a body in a form that it does not know', async () => {
    const w = await world();
    const { code, body } = await w.ask('POST', w.widgets, 'a: b', { type: 'text/plain' });
    expect(code).toBe(415);
    expect(body).toMatchObject({
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
  });

  it('takes YAML', async () => {
    const w = await world();
    const text = `apiVersion: ${GROUP}/v1\nkind: Widget\nmetadata:\n  name: from-yaml\nspec:\n  size: 2\n`;
    const { code, body } = await w.ask('POST', w.widgets, text, { type: 'application/yaml' });
    expect(code).toBe(201);
    expect(body.spec).toEqual({ size: 2, mode: 'a' });
  });

  it('answers 404 for what does not exist', async () => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}/none`);
    expect(code).toBe(404);
    expect(body).toMatchObject({
      reason: 'NotFound',
      message: `widgets.${GROUP} "none" not found`,
      details: { name: 'none', group: GROUP, kind: 'widgets' },
    });
  });

  it.each(['/apis/none.example.com/v1/things', `/apis/${GROUP}/v1/gadgets`, `/apis/${GROUP}/v9/widgets`, '/nothing'])(
    'answers 404 in plain text where no resource is served: %s',
    async (path) => {
      const w = await world();
      const { code, body, headers } = await w.get(path);
      expect({ code, body }).toEqual({ code: 404, body: '404 page not found\n' });
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    },
  );

  it('replaces an object and counts what is asked in its generation', async () => {
    const w = await world();
    const made = await w.made('a');
    const { code, body } = await w.ask('PUT', `${w.widgets}/a`, { ...made, spec: { size: 4 } });
    expect(code).toBe(200);
    expect(body.metadata.generation).toBe(2);
    expect(body.metadata.uid).toBe(made.metadata.uid);
    expect(body.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion);
  });

  it('does not count labels in the generation', async () => {
    const w = await world();
    const made = await w.made('a');
    const { body } = await w.ask('PUT', `${w.widgets}/a`, {
      ...made,
      metadata: { ...made.metadata, labels: { a: 'b' } },
    });
    expect(body.metadata).toMatchObject({ generation: 1, labels: { a: 'b' } });
  });

  it('keeps the version when a write changes nothing', async () => {
    const w = await world();
    const made = await w.made('a');
    const { code, body } = await w.ask('PUT', `${w.widgets}/a`, made);
    expect(code).toBe(200);
    expect(body.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it('refuses to replace a version that is no longer the latest', async () => {
    const w = await world();
    const made = await w.made('a');
    await w.patch(`${w.widgets}/a`, { spec: { size: 4 } });
    const { code, body } = await w.ask('PUT', `${w.widgets}/a`, made);
    expect(code).toBe(409);
    expect(body).toMatchObject({
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on widgets.${GROUP} "a": the object has been modified; please apply your changes to the latest version and try again`,
      details: { name: 'a', group: GROUP, kind: 'widgets' },
    });
  });

  it('refuses to replace a custom resource without saying which version', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.ask('PUT', `${w.widgets}/a`, widget('a'));
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0: must be specified for an update',
        field: 'metadata.resourceVersion',
      },
    ]);
  });

  it('replaces a built-in object without a version', async () => {
    const w = await world();
    await w.madeConfigMap('a');
    const { code, body } = await w.ask('PUT', `${w.configMaps}/a`, configMap('a', { other: 'x' }));
    expect(code).toBe(200);
    expect(body.data).toEqual({ other: 'x' });
  });

  it('refuses to replace an object of another uid', async () => {
    const w = await world();
    const made = await w.made('a');
    const { code, body } = await w.ask('PUT', `${w.widgets}/a`, {
      ...made,
      metadata: { ...made.metadata, uid: 'other' },
    });
    expect(code).toBe(409);
    expect(body.message).toContain(
      `Precondition failed: UID in precondition: other, UID in object meta: ${made.metadata.uid}`,
    );
  });

  it('refuses a body whose name is not the one in the path', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.ask('PUT', `${w.widgets}/a`, widget('b'));
    expect(code).toBe(400);
    expect(body.message).toBe('the name of the object (b) does not match the name on the URL (a)');
  });

  it('answers 404 when what is to be replaced does not exist', async () => {
    const w = await world();
    const { code } = await w.ask('PUT', `${w.widgets}/none`, widget('none', { size: 1 }, { resourceVersion: '1' }));
    expect(code).toBe(404);
  });

  it('creates a lease that is put where none is', async () => {
    const w = await world();
    const path = `/apis/coordination.k8s.io/v1/namespaces/${w.namespace}/leases/l`;
    const { code, body } = await w.ask('PUT', path, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { holderIdentity: 'me' },
    });
    expect(code).toBe(201);
    expect(body.spec).toEqual({ holderIdentity: 'me' });
  });

  it('ignores the status in a write of the object', async () => {
    const w = await world();
    const { body } = await w.post(w.widgets, { ...widget('a'), status: { phase: 'x' } });
    expect(body.status).toBeUndefined();
    const patched = await w.patch(`${w.widgets}/a`, { status: { phase: 'x' } });
    expect(patched.body.status).toBeUndefined();
  });

  it('ignores everything but the status in a write of the status', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a/status`, {
      status: { phase: 'x' },
      spec: { size: 9 },
      metadata: { labels: { a: 'b' } },
    });
    expect(code).toBe(200);
    expect(body).toMatchObject({ status: { phase: 'x' }, spec: { size: 3 }, metadata: { generation: 1 } });
    expect(body.metadata.labels).toBeUndefined();
  });

  it('reads an object through its status', async () => {
    const w = await world();
    await w.made('a');
    await w.patch(`${w.widgets}/a/status`, { status: { phase: 'x' } });
    const { body } = await w.get(`${w.widgets}/a/status`);
    expect(body).toMatchObject({ kind: 'Widget', spec: { size: 3 }, status: { phase: 'x' } });
  });

  it('does nothing in a dry run but answers as if it had', async () => {
    const w = await world();
    const { code, body } = await w.post(`${w.widgets}?dryRun=All`, widget('a'));
    expect(code).toBe(201);
    expect(body.metadata.resourceVersion).toBeUndefined();
    expect(body.spec.mode).toBe('a');
    expect((await w.get(`${w.widgets}/a`)).code).toBe(404);
  });

  it('validates in a dry run', async () => {
    const w = await world();
    expect((await w.post(`${w.widgets}?dryRun=All`, widget('a', { size: 10 }))).code).toBe(422);
  });

  it('refuses a dry run of a kind that it does not know', async () => {
    const w = await world();
    expect((await w.post(`${w.widgets}?dryRun=Some`, widget('a'))).code).toBe(422);
  });

  it('stores what is given as stringData in base64', async () => {
    const w = await world();
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'b' } };
    const { body } = await w.post(`/api/v1/namespaces/${w.namespace}/secrets`, secret);
    expect(body).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } });
    expect(body.stringData).toBeUndefined();
  });

  it('keeps immutable data', async () => {
    const w = await world();
    await w.post(w.configMaps, { ...configMap('a'), immutable: true });
    const { code, body } = await w.patch(`${w.configMaps}/a`, { data: { key: 'other' } });
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: field is immutable when `immutable` is set',
        field: 'data',
      },
    ]);
  });

  it('allows the administrator everything', async () => {
    const w = await world();
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'delete', resource: 'secrets' } },
    };
    const { code, body } = await w.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
    expect(code).toBe(201);
    expect(body).toMatchObject({ kind: 'SelfSubjectAccessReview', spec: review.spec, status: { allowed: true } });
  });
}
