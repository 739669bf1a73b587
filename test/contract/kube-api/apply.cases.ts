import { expect, it } from 'vitest';
import type { Answer, Body } from './client.ts';
import { APPLY, JSON_PATCH, MERGE, byText } from './client.ts';
import type { World } from './world.ts';
import { GROUP, configMap, widget } from './world.ts';

function apply(w: World, manager: string, spec: object, query = '', metadata: object = {}): Promise<Answer> {
  return w.ask('PATCH', `${w.widgets}/a?fieldManager=${manager}${query}`, widget('a', spec, metadata), { type: APPLY });
}

/** Who has what: the fields of each manager. */
function ownership(body: Body): Record<string, unknown> {
  const entries = body.metadata.managedFields as { manager: string; operation: string; fieldsV1: unknown }[];
  return Object.fromEntries(entries.map(({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsV1]));
}

export function applyCases(world: () => Promise<World>): void {
  it('creates what does not exist, and notes what was applied and nothing more', async () => {
    const w = await world();
    const { code, body } = await apply(w, 'one', { size: 3, ports: [{ name: 'a', port: 1 }] }, '', {
      labels: { x: 'y' },
    });
    expect(code).toBe(201);
    expect(body.spec).toEqual({ size: 3, mode: 'a', ports: [{ name: 'a', port: 1, proto: 'tcp' }] });
    expect(ownership(body)).toEqual({
      'one Apply': {
        'f:metadata': { 'f:labels': { 'f:x': {} } },
        'f:spec': { 'f:ports': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:port': {} } }, 'f:size': {} },
      },
    });
  });

  it('changes nothing when the same is applied again', async () => {
    const w = await world();
    const { body: first } = await apply(w, 'one', { size: 3 });
    const { code, body } = await apply(w, 'one', { size: 3 });
    expect(code).toBe(200);
    expect(body.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('refuses to take a field from another manager', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, ports: [{ name: 'a', port: 1 }] });
    const { code, body } = await apply(w, 'two', { size: 4 });
    expect(code).toBe(409);
    expect(body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.size',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.size' }] },
    });
  });

  it('names every field in conflict', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, ports: [{ name: 'a', port: 1 }] });
    const { body } = await apply(w, 'two', { size: 4, ports: [{ name: 'a', port: 2 }] });
    expect(body.message).toMatch(/^Apply failed with 2 conflicts: conflicts with "one":\n- \.spec/);
    const fields = body.details.causes.map(({ field }: { field: string }) => field).toSorted(byText);
    expect(fields).toEqual(['.spec.ports[name="a"].port', '.spec.size']);
  });

  it('lets two managers say the same', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3 });
    const { code, body } = await apply(w, 'two', { size: 3 });
    expect(code).toBe(200);
    expect(ownership(body)).toEqual({
      'one Apply': { 'f:spec': { 'f:size': {} } },
      'two Apply': { 'f:spec': { 'f:size': {} } },
    });
  });

  it('takes a field with force', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, name: 'abc' });
    const { code, body } = await apply(w, 'two', { size: 4 }, '&force=true');
    expect(code).toBe(200);
    expect(body.spec).toMatchObject({ size: 4, name: 'abc' });
    expect(ownership(body)).toEqual({
      'one Apply': { 'f:spec': { 'f:name': {} } },
      'two Apply': { 'f:spec': { 'f:size': {} } },
    });
  });

  it('removes what its manager no longer applies', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, name: 'abc', ports: [{ name: 'a' }, { name: 'b' }] }, '', { labels: { x: 'y' } });
    const { body } = await apply(w, 'one', { size: 3, ports: [{ name: 'b' }] });
    expect(body.spec).toEqual({ size: 3, mode: 'a', ports: [{ name: 'b', proto: 'tcp' }] });
    expect(body.metadata.labels).toBeUndefined();
  });

  it('keeps what another manager has too', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, name: 'abc' });
    await apply(w, 'two', { size: 3, name: 'abc' });
    const { body } = await apply(w, 'one', { size: 3 });
    expect(body.spec.name).toBe('abc');
    expect(ownership(body)['two Apply']).toEqual({ 'f:spec': { 'f:name': {}, 'f:size': {} } });
  });

  it('merges items of keyed lists by their keys', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, ports: [{ name: 'a', port: 1 }] });
    const { body } = await apply(w, 'two', { size: 3, ports: [{ name: 'b', port: 2 }] });
    expect(body.spec.ports).toEqual([
      { name: 'a', port: 1, proto: 'tcp' },
      { name: 'b', port: 2, proto: 'tcp' },
    ]);
  });

  it('merges sets', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, set: ['a'] });
    const { body } = await apply(w, 'two', { size: 3, set: ['b'] });
    expect((body.spec.set as string[]).toSorted(byText)).toEqual(['a', 'b']);
  });

  it('treats other lists as one value', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, tags: ['a'] });
    const { code, body } = await apply(w, 'two', { tags: ['b'] });
    expect(code).toBe(409);
    expect(body.details.causes[0].field).toBe('.spec.tags');
  });

  it('gives a field to whoever updates it', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3, name: 'abc' });
    const { body } = await w.ask('PATCH', `${w.widgets}/a?fieldManager=editor`, { spec: { size: 5 } }, { type: MERGE });
    expect(ownership(body)).toEqual({
      'one Apply': { 'f:spec': { 'f:name': {} } },
      'editor Update': { 'f:spec': { 'f:size': {} } },
    });
  });

  it('says when a field in conflict was updated', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3 });
    await w.ask('PATCH', `${w.widgets}/a?fieldManager=editor`, { spec: { size: 5 } }, { type: MERGE });
    const { body } = await apply(w, 'one', { size: 3 });
    expect(body.message).toMatch(
      new RegExp(
        `^Apply failed with 1 conflict: conflict with "editor" using ${GROUP}/v1: \\.spec\\.size$|^Apply failed with 1 conflict: conflict with "editor" using ${GROUP}/v1 at \\S+Z: \\.spec\\.size$`,
      ),
    );
  });

  it('keeps the status apart', async () => {
    const w = await world();
    await apply(w, 'one', { size: 3 });
    const status = { ...widget('a', undefined), status: { phase: 'x' } };
    const { code, body } = await w.ask('PATCH', `${w.widgets}/a/status?fieldManager=one`, status, { type: APPLY });
    expect(code).toBe(200);
    expect(body.status).toEqual({ phase: 'x' });
    const entry = body.metadata.managedFields.find(
      ({ subresource }: { subresource?: string }) => subresource === 'status',
    );
    expect(entry).toMatchObject({ manager: 'one', operation: 'Apply', fieldsV1: { 'f:status': { 'f:phase': {} } } });
  });

  it('asks for a field manager', async () => {
    const w = await world();
    const { code, body } = await w.ask('PATCH', `${w.widgets}/a`, widget('a'), { type: APPLY });
    expect(code).toBe(422);
    expect(body.details).toMatchObject({
      kind: 'PatchOptions',
      causes: [
        { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
      ],
    });
  });

  it('refuses force in other patches', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.ask('PATCH', `${w.widgets}/a?force=true`, {}, { type: MERGE });
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      { reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch', field: 'force' },
    ]);
  });

  it('refuses fields that its schema does not declare', async () => {
    const w = await world();
    const { code, body } = await apply(w, 'one', { size: 3, bogus: 1 });
    expect(code).toBe(500);
    expect(body.message).toBe(
      `failed to create typed patch object (/a; ${GROUP}/v1, Kind=Widget): .spec.bogus: field not declared in schema`,
    );
  });

  it('applies built-in kinds too', async () => {
    const w = await world();
    const ask = (manager: string, data: object) =>
      w.ask('PATCH', `${w.configMaps}/a?fieldManager=${manager}`, configMap('a', data), { type: APPLY });
    expect((await ask('one', { k: 'v', l: 'w' })).code).toBe(201);
    expect((await ask('one', { k: 'v' })).body.data).toEqual({ k: 'v' });
    expect((await ask('two', { k: 'other' })).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .data.k',
    );
  });

  it('notes the fields of a plain creation, defaults included', async () => {
    const w = await world();
    const made = await w.made('a', { size: 3, ports: [{ name: 'x' }] }, { finalizers: ['example.com/f'] });
    expect(ownership(made)).toEqual({
      'contract Update': {
        'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/f"': {} } },
        'f:spec': {
          '.': {},
          'f:mode': {},
          'f:ports': { '.': {}, 'k:{"name":"x"}': { '.': {}, 'f:name': {}, 'f:proto': {} } },
          'f:size': {},
        },
      },
    });
  });

  const managersOf = (body: Body): string[] =>
    body.metadata.managedFields.map((entry: Body) => `${entry.operation} ${entry.manager}`).toSorted(byText);

  it('lets kubectl go over from applying on its own side, without conflict', async () => {
    const w = await world();
    const last = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: '1', b: '2' } };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(last) };
    await w.post(w.configMaps, { ...last, metadata: { name: 'a', annotations } });
    const next = { ...last, data: { a: '3', b: '2' } };
    const apply = (manager: string) => w.patch(`${w.configMaps}/a?fieldManager=${manager}`, next, APPLY);
    expect((await apply('other')).code).toBe(409);
    expect((await apply('kubectl')).body.data).toEqual({ a: '3', b: '2' });
  });

  it('keeps a conflict for kubectl over what somebody changed since it applied', async () => {
    const w = await world();
    const last = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: '1', b: '2' } };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(last) };
    await w.post(w.configMaps, { ...last, metadata: { name: 'a', annotations } });
    await w.patch(`${w.configMaps}/a?fieldManager=somebody`, { data: { a: '9' } });
    const next = { ...last, data: { a: '3', b: '4' } };
    const { code, body } = await w.patch(`${w.configMaps}/a?fieldManager=kubectl`, next, APPLY);
    expect({ code, fields: body.details.causes.map((cause: Body) => cause.field) }).toEqual({
      code: 409,
      fields: ['.data.a'],
    });
  });

  it('lets an update set who owns what', async () => {
    const w = await world();
    const made = await w.madeConfigMap('a');
    const [entry] = made.metadata.managedFields;
    const managedFields = [{ ...entry, manager: 'heir', operation: 'Apply' }];
    const patch = [{ op: 'replace', path: '/metadata/managedFields', value: managedFields }];
    const { body } = await w.patch(`${w.configMaps}/a`, patch, JSON_PATCH);
    expect(managersOf(body)).toEqual(['Apply heir']);
  });

  it('forgets who owned what when an update says so', async () => {
    const w = await world();
    const made = await w.madeConfigMap('a');
    const { body } = await w.patch(`${w.configMaps}/a`, { metadata: { managedFields: [{}] } });
    expect(body.metadata.managedFields).toBeUndefined();
    expect(body.metadata.uid).toBe(made.metadata.uid);
  });

  it('keeps who owned what when an update leaves it out', async () => {
    const w = await world();
    await w.made('a');
    const { body } = await w.patch(`${w.widgets}/a`, { metadata: { managedFields: [] } });
    expect(managersOf(body)).toEqual(['Update contract']);
  });

  it('keeps who owned what when that is no list of owners', async () => {
    const w = await world();
    await w.madeConfigMap('a');
    const managedFields = [
      { manager: 'x', operation: 'Nonsense', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
    ];
    const { code, body } = await w.patch(`${w.configMaps}/a`, { metadata: { managedFields } });
    expect(code).toBe(200);
    expect(managersOf(body)).toEqual(['Update contract']);
  });
}
