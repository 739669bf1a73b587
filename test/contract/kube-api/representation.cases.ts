import { expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP } from './world.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

export function representationCases(world: () => Promise<World>): void {
  it('answers a list as a table', async () => {
    const w = await world();
    await w.made('a', { size: 7 });
    await w.patch(`${w.widgets}/a/status`, { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
    const { body } = await w.get(w.widgets, { accept: TABLE });
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    const columns = body.columnDefinitions.map(({ name, type, format, priority }: Record<string, unknown>) => [
      name,
      type,
      format,
      priority,
    ]);
    expect(columns).toEqual([
      ['Name', 'string', 'name', 0],
      ['Size', 'integer', '', 0],
      ['Ready', 'string', '', 0],
      ['Mode', 'string', '', 1],
      ['Age', 'date', '', 0],
    ]);
    expect(body.rows[0].cells.slice(0, 4)).toEqual(['a', 7, 'True', 'a']);
    expect(body.rows[0].cells[4]).toMatch(/^\d+s$/);
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  });

  it('answers one object as a table', async () => {
    const w = await world();
    await w.made('a');
    const { body } = await w.get(`${w.widgets}/a`, { accept: TABLE });
    expect(body.rows).toHaveLength(1);
  });

  it.each([
    ['None', undefined],
    ['Object', 'Widget'],
    ['Metadata', 'PartialObjectMetadata'],
  ])('puts as much of the object in a row as asked: %s', async (include, kind) => {
    const w = await world();
    await w.made('a');
    const { body } = await w.get(`${w.widgets}?includeObject=${include}`, { accept: TABLE });
    expect(body.rows[0].object?.kind).toBe(kind);
  });

  it('counts the entries of config maps and secrets in their tables', async () => {
    const w = await world();
    await w.madeConfigMap('a', { one: '1', two: '2' });
    const { body } = await w.get(w.configMaps, { accept: TABLE });
    expect(body.rows[0].cells.slice(0, 2)).toEqual(['a', 2]);
  });

  it('answers metadata alone', async () => {
    const w = await world();
    const made = await w.made('a');
    const { body } = await w.get(`${w.widgets}/a`, {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    });
    expect(body).toEqual({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: made.metadata });
  });

  it('answers a list of metadata', async () => {
    const w = await world();
    const made = await w.made('a');
    const { body } = await w.get(w.widgets, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    });
    expect(body).toMatchObject({
      kind: 'PartialObjectMetadataList',
      items: [{ kind: 'PartialObjectMetadata', metadata: { uid: made.metadata.uid } }],
    });
  });

  it('takes the first form that it knows of those a client accepts', async () => {
    const w = await world();
    await w.made('a');
    const accept = 'application/json;as=Unknown;v=v1;g=meta.k8s.io,application/json';
    expect((await w.get(`${w.widgets}/a`, { accept })).body.kind).toBe('Widget');
  });

  it('refuses a form that it cannot write', async () => {
    const w = await world();
    const { code, body } = await w.get(w.widgets, { accept: 'application/unknown' });
    expect({ code, reason: body.reason }).toEqual({ code: 406, reason: 'NotAcceptable' });
  });

  it('writes YAML', async () => {
    const w = await world();
    await w.made('a');
    const { body, headers } = await w.get(`${w.widgets}/a`, { accept: 'application/yaml' });
    expect(headers['content-type']).toBe('application/yaml');
    expect(body).toContain(`apiVersion: ${GROUP}/v1\n`);
  });

  it('packs large answers for clients that unpack', async () => {
    const w = await world();
    await w.madeConfigMap('large', { text: 'x'.repeat(200_000) });
    const { headers } = await w.get(`${w.configMaps}/large`, { headers: { 'accept-encoding': 'gzip' } });
    expect(headers['content-encoding']).toBe('gzip');
  });
}
