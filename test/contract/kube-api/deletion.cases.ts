import { expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP } from './world.ts';

export function deletionCases(world: () => Promise<World>): void {
  it('deletes at once what nobody holds', async () => {
    const w = await world();
    const { metadata } = await w.made('a');
    const { code, body } = await w.ask('DELETE', `${w.widgets}/a`);
    expect(code).toBe(200);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', group: GROUP, kind: 'widgets', uid: metadata.uid },
    });
    expect((await w.get(`${w.widgets}/a`)).code).toBe(404);
  });

  it('answers 404 for what is gone', async () => {
    const w = await world();
    expect((await w.ask('DELETE', `${w.widgets}/none`)).code).toBe(404);
  });

  it('marks what a finalizer holds', async () => {
    const w = await world();
    await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    const { code, body } = await w.ask('DELETE', `${w.widgets}/a`);
    expect(code).toBe(200);
    expect(body.metadata).toMatchObject({
      deletionGracePeriodSeconds: 0,
      generation: 2,
      finalizers: ['example.com/f'],
    });
    expect(body.metadata.deletionTimestamp).toMatch(/Z$/);
  });

  it('keeps the first mark when it is deleted again', async () => {
    const w = await world();
    await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    const { body: first } = await w.ask('DELETE', `${w.widgets}/a`);
    const { body: second } = await w.ask('DELETE', `${w.widgets}/a`);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('lets an object go with its last finalizer', async () => {
    const w = await world();
    await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    await w.ask('DELETE', `${w.widgets}/a`);
    const { code, body } = await w.patch(`${w.widgets}/a`, { metadata: { finalizers: null } });
    expect(code).toBe(200);
    expect(body.metadata.finalizers).toBeUndefined();
    expect((await w.get(`${w.widgets}/a`)).code).toBe(404);
  });

  it('takes no new finalizer once an object is being deleted', async () => {
    const w = await world();
    await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    await w.ask('DELETE', `${w.widgets}/a`);
    const { code, body } = await w.patch(`${w.widgets}/a`, {
      metadata: { finalizers: ['example.com/f', 'example.com/g'] },
    });
    expect(code).toBe(422);
    expect(body.details.causes[0]).toEqual({
      reason: 'FieldValueForbidden',
      message:
        'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/g"}',
      field: 'metadata.finalizers',
    });
  });

  it('cannot take a deletion back', async () => {
    const w = await world();
    await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    await w.ask('DELETE', `${w.widgets}/a`);
    const { body } = await w.patch(`${w.widgets}/a`, { metadata: { deletionTimestamp: null } });
    expect(body.metadata.deletionTimestamp).toMatch(/Z$/);
  });

  it('says that a name is taken by something that is being deleted', async () => {
    const w = await world();
    const made = await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    await w.ask('DELETE', `${w.widgets}/a`);
    const { code, body } = await w.post(w.widgets, { ...made, metadata: { name: 'a' } });
    expect(code).toBe(409);
    expect(body.message).toBe(`object is being deleted: widgets.${GROUP} "a" already exists`);
  });

  it('refuses to delete another object of the same name', async () => {
    const w = await world();
    const { metadata } = await w.made('a');
    const { code, body } = await w.ask('DELETE', `${w.widgets}/a`, { preconditions: { uid: 'other' } });
    expect(code).toBe(409);
    expect(body.message).toBe(
      `Operation cannot be fulfilled on Widget.${GROUP} "a": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  });

  it('refuses to delete another version', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.ask('DELETE', `${w.widgets}/a`, { preconditions: { resourceVersion: '1' } });
    expect({ code, reason: body.reason }).toEqual({ code: 409, reason: 'Conflict' });
  });

  it('deletes nothing in a dry run', async () => {
    const w = await world();
    await w.made('a');
    expect((await w.ask('DELETE', `${w.widgets}/a?dryRun=All`)).code).toBe(200);
    expect((await w.get(`${w.widgets}/a`)).code).toBe(200);
  });

  it('holds an owner for a deletion in the foreground', async () => {
    const w = await world();
    await w.made('a', { size: 3 }, { finalizers: ['example.com/f'] });
    const { body } = await w.ask('DELETE', `${w.widgets}/a`, { propagationPolicy: 'Foreground' });
    expect(body.metadata.finalizers).toContain('foregroundDeletion');
  });

  it('refuses a propagation policy that does not exist', async () => {
    const w = await world();
    await w.made('a');
    const { code, body } = await w.ask('DELETE', `${w.widgets}/a`, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Sideways',
    });
    expect(code).toBe(422);
    expect(body.details).toMatchObject({
      kind: 'DeleteOptions',
      causes: [{ reason: 'FieldValueNotSupported', field: 'propagationPolicy' }],
    });
  });

  it('deletes what a selector names in a collection', async () => {
    const w = await world();
    await w.made('a', { size: 1 }, { labels: { go: 'yes' } });
    await w.made('b');
    const { code, body } = await w.ask('DELETE', `${w.widgets}?labelSelector=go%3Dyes`);
    expect(code).toBe(200);
    expect(body.kind).toBe('WidgetList');
    const { body: left } = await w.get(w.widgets);
    expect(left.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['b']);
  });

  it('does not delete across namespaces at once', async () => {
    const w = await world();
    expect((await w.ask('DELETE', `/apis/${GROUP}/v1/widgets`)).code).toBe(404);
  });

  it('says that a namespace goes and takes nothing new in it', async () => {
    const w = await world();
    await w.made('held', { size: 1 }, { finalizers: ['example.com/f'] });
    const { code, body } = await w.ask('DELETE', `/api/v1/namespaces/${w.namespace}`);
    expect(code).toBe(200);
    expect(body.status.phase).toBe('Terminating');
    const refused = await w.post(w.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } });
    expect(refused.code).toBe(403);
    expect(refused.body).toMatchObject({
      reason: 'Forbidden',
      message: `configmaps "late" is forbidden: unable to create new content in namespace ${w.namespace} because it is being terminated`,
      details: {
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${w.namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    });
    await w.patch(`${w.widgets}/held`, { metadata: { finalizers: null } });
  });
}
