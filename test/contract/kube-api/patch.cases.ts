import { expect, it } from 'vitest';
import { JSON_PATCH, MERGE, STRATEGIC, byText } from './client.ts';
import type { World } from './world.ts';
import { GROUP } from './world.ts';

const REJECTED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server rejected our request due to an error in our request',
  reason: 'Invalid',
  details: {},
  code: 422,
};

export function patchCases(world: () => Promise<World>): void {
  it('merges members and removes those that are null', async () => {
    const w = await world();
    await w.madeConfigMap('a', { keep: '1', drop: '2' });
    const { code, body } = await w.patch(`${w.configMaps}/a`, { data: { drop: null, add: '3' } });
    expect(code).toBe(200);
    expect(body.data).toEqual({ keep: '1', add: '3' });
  });

  it('replaces lists in a merge patch as a whole', async () => {
    const w = await world();
    await w.made('a', { size: 1, ports: [{ name: 'x' }, { name: 'y' }] });
    const { body } = await w.patch(`${w.widgets}/a`, { spec: { ports: [{ name: 'z' }] } });
    expect(body.spec.ports).toEqual([{ name: 'z', proto: 'tcp' }]);
  });

  it('keeps the version when a patch changes nothing', async () => {
    const w = await world();
    const made = await w.made('a');
    const { body } = await w.patch(`${w.widgets}/a`, { spec: { size: 3 } });
    expect(body.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it('refuses a merge patch for a version that is not the latest', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, { metadata: { resourceVersion: '1' }, spec: { size: 4 } });
    expect({ code, reason: body.reason }).toEqual({ code: 409, reason: 'Conflict' });
  });

  it('validates what a patch makes', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, { spec: { size: 44 } });
    expect(code).toBe(422);
    expect(body.message).toBe(
      `Widget.${GROUP} "a" is invalid: spec.size: Invalid value: 44: spec.size in body should be less than or equal to 9`,
    );
  });

  it('answers 404 when what is to be patched does not exist', async () => {
    const w = await world();
    expect((await w.patch(`${w.widgets}/none`, {})).code).toBe(404);
  });

  it.each([
    ['a test that fails', [{ op: 'test', path: '/spec/size', value: 7 }]],
    ['a path that leads nowhere', [{ op: 'remove', path: '/spec/none' }]],
    ['an operation that does not exist', [{ op: 'turn', path: '/spec/size' }]],
  ])('refuses a JSON patch with %s', async (_what, patch) => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, patch, JSON_PATCH);
    expect(code).toBe(422);
    expect(body).toEqual(REJECTED);
  });

  it('applies a JSON patch as a whole or not at all', async () => {
    const w = await world();
    await w.made('a');
    const refused = [
      { op: 'replace', path: '/spec/size', value: 5 },
      { op: 'test', path: '/spec/size', value: 3 },
    ];
    expect((await w.patch(`${w.widgets}/a`, refused, JSON_PATCH)).code).toBe(422);
    expect((await w.get(`${w.widgets}/a`)).body.spec.size).toBe(3);
    const accepted = [
      { op: 'test', path: '/spec/size', value: 3 },
      { op: 'replace', path: '/spec/size', value: 5 },
    ];
    expect((await w.patch(`${w.widgets}/a`, accepted, JSON_PATCH)).body.spec.size).toBe(5);
  });

  it('adds to a list that is there with a JSON patch', async () => {
    const w = await world();
    await w.made('a', { size: 1 }, { finalizers: ['example.com/a'] });
    const { body } = await w.patch(
      `${w.widgets}/a`,
      [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/b' }],
      JSON_PATCH,
    );
    expect(body.metadata.finalizers).toEqual(['example.com/a', 'example.com/b']);
  });

  it('refuses a JSON patch that is no list', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, { op: 'test' }, JSON_PATCH);
    expect({ code, reason: body.reason }).toEqual({ code: 400, reason: 'BadRequest' });
    expect(body.message).toMatch(/^error decoding patch: /);
  });

  it('has no strategic patches for custom resources', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, {}, STRATEGIC);
    expect(code).toBe(415);
    expect(body.message).toBe(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  });

  it('merges lists of built-in kinds item by item in a strategic patch', async () => {
    const w = await world();
    await w.madeConfigMap('a', { k: 'v' }, { finalizers: ['example.com/a'] });
    const { code, body } = await w.patch(
      `${w.configMaps}/a`,
      { metadata: { finalizers: ['example.com/b'] } },
      STRATEGIC,
    );
    expect(code).toBe(200);
    expect((body.metadata.finalizers as string[]).toSorted(byText)).toEqual(['example.com/a', 'example.com/b']);
  });

  it('removes single items of a list with a directive of a strategic patch', async () => {
    const w = await world();
    await w.madeConfigMap('a', { k: 'v' }, { finalizers: ['example.com/a', 'example.com/b'] });
    const directive = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } };
    const { body } = await w.patch(`${w.configMaps}/a`, directive, STRATEGIC);
    expect(body.metadata.finalizers).toEqual(['example.com/b']);
  });

  it('replaces an object of a strategic patch when told to', async () => {
    const w = await world();
    await w.madeConfigMap('a', { k: 'v' });
    const { body } = await w.patch(`${w.configMaps}/a`, { data: { $patch: 'replace', other: 'x' } }, STRATEGIC);
    expect(body.data).toEqual({ other: 'x' });
  });

  it('refuses a patch that renames', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, { metadata: { name: 'b' } });
    expect(code).toBe(400);
    expect(body.message).toBe('the name of the object (b) does not match the name on the URL (a)');
  });

  it('refuses a patch that changes the uid', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.patch(`${w.widgets}/a`, { metadata: { uid: 'other' } });
    expect(code).toBe(422);
    expect(body.details.causes[0]).toMatchObject({
      field: 'metadata.uid',
      message: 'Invalid value: "other": field is immutable',
    });
  });

  it('warns of unknown fields in a patch', async () => {
    const w = await world();
    await w.made('a');
    const { code, headers } = await w.patch(`${w.widgets}/a`, { spec: { bogus: 1 } });
    expect(code).toBe(200);
    expect(headers['warning']).toBe('299 - "unknown field \\"spec.bogus\\""');
  });

  it('refuses unknown fields in a patch when it is to be strict', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.ask(
      'PATCH',
      `${w.widgets}/a?fieldValidation=Strict`,
      { spec: { bogus: 1 } },
      { type: MERGE },
    );
    expect({ code, field: body.details.causes[0].field }).toEqual({ code: 422, field: 'patch' });
    expect(body.message).toContain('strict decoding error: unknown field "spec.bogus"');
  });

  it('does nothing in a dry run of a patch', async () => {
    const w = await world();
    await w.made('a');
    const { body } = await w.ask('PATCH', `${w.widgets}/a?dryRun=All`, { spec: { size: 8 } }, { type: MERGE });
    expect(body.spec.size).toBe(8);
    expect((await w.get(`${w.widgets}/a`)).body.spec.size).toBe(3);
  });
}
