import { expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP } from './world.ts';

const INITIAL = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

async function version(w: World): Promise<string> {
  return (await w.get(w.widgets)).body.metadata.resourceVersion as string;
}

export function watchCases(world: () => Promise<World>): void {
  it('tells of what is made, changed and deleted', async () => {
    const w = await world();
    const watch = await w.client.watch(`${w.widgets}?watch=true&resourceVersion=${await version(w)}`);
    await w.made('a');
    await w.patch(`${w.widgets}/a`, { spec: { size: 4 } });
    await w.ask('DELETE', `${w.widgets}/a`);
    expect(await watch.take(3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
    watch.close();
  });

  it('gives the whole object with each event, under the version of the change', async () => {
    const w = await world();
    const watch = await w.client.watch(`${w.widgets}?watch=true&resourceVersion=${await version(w)}`);
    const made = await w.made('a');
    await w.ask('DELETE', `${w.widgets}/a`);
    const added = await watch.next();
    const deleted = await watch.next();
    expect(added.object).toEqual(made);
    expect(Number(deleted.object.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
    expect(deleted.object.spec).toEqual(made.spec);
    watch.close();
  });

  it('goes on from a past version', async () => {
    const w = await world();
    const { metadata } = await w.made('a');
    await w.made('b');
    await w.patch(`${w.widgets}/a`, { spec: { size: 4 } });
    const watch = await w.client.watch(`${w.widgets}?watch=true&resourceVersion=${metadata.resourceVersion}`);
    expect(await watch.take(2)).toEqual(['ADDED b', 'MODIFIED a']);
    watch.close();
  });

  it.each(['', '&resourceVersion=0'])('begins with what is there when no version is named%s', async (query) => {
    const w = await world();
    await w.made('a');
    await w.made('b');
    const watch = await w.client.watch(`${w.widgets}?watch=true${query}`);
    expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
    await w.made('c');
    expect(await watch.take(1)).toEqual(['ADDED c']);
    watch.close();
  });

  it('marks the end of what was there', async () => {
    const w = await world();
    await w.made('a');
    const watch = await w.client.watch(`${w.widgets}?${INITIAL}`);
    expect(await watch.take(1)).toEqual(['ADDED a']);
    const { type, object } = await watch.next();
    expect(type).toBe('BOOKMARK');
    expect(object).toMatchObject({
      kind: 'Widget',
      apiVersion: `${GROUP}/v1`,
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(0);
    watch.close();
  });

  it('asks for the matching option with initial events', async () => {
    const w = await world();
    const { code, body } = await w.get(`${w.widgets}?watch=true&sendInitialEvents=true`);
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        field: 'resourceVersionMatch',
      },
    ]);
  });

  it('shows only what is selected, and its coming and going', async () => {
    const w = await world();
    const watch = await w.client.watch(
      `${w.widgets}?watch=true&resourceVersion=${await version(w)}&labelSelector=on%3Dyes`,
    );
    await w.made('never');
    await w.made('a');
    await w.patch(`${w.widgets}/a`, { metadata: { labels: { on: 'yes' } } });
    await w.patch(`${w.widgets}/a`, { spec: { size: 4 } });
    await w.patch(`${w.widgets}/a`, { metadata: { labels: { on: 'no' } } });
    await w.ask('DELETE', `${w.widgets}/a`);
    await w.made('last', { size: 1 }, { labels: { on: 'yes' } });
    expect(await watch.take(4)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED last']);
    watch.close();
  });

  it('watches one object by a field selector', async () => {
    const w = await world();
    await w.made('a');
    const watch = await w.client.watch(`${w.widgets}?watch=true&fieldSelector=metadata.name%3Db`);
    await w.made('b');
    expect(await watch.take(1)).toEqual(['ADDED b']);
    watch.close();
  });

  it('watches all namespaces', async () => {
    const w = await world();
    const watch = await w.client.watch(`/apis/${GROUP}/v1/widgets?watch=true&resourceVersion=${await version(w)}`);
    const made = await w.made('a');
    const event = await watch.next();
    expect(event).toMatchObject({
      type: 'ADDED',
      object: { metadata: { namespace: w.namespace, uid: made.metadata.uid } },
    });
    watch.close();
  });

  it('ends when its time is over', async () => {
    const w = await world();
    const watch = await w.client.watch(`${w.widgets}?watch=true&timeoutSeconds=1`);
    expect(await watch.next()).toBeUndefined();
  });

  it('tells of an object that goes with its last finalizer', async () => {
    const w = await world();
    await w.made('a', { size: 1 }, { finalizers: ['example.com/f'] });
    const watch = await w.client.watch(`${w.widgets}?watch=true&resourceVersion=${await version(w)}`);
    await w.ask('DELETE', `${w.widgets}/a`);
    await w.patch(`${w.widgets}/a`, { metadata: { finalizers: null } });
    expect(await watch.take(2)).toEqual(['MODIFIED a', 'DELETED a']);
    watch.close();
  });

  it('says nothing of writes that change nothing', async () => {
    const w = await world();
    const watch = await w.client.watch(`${w.widgets}?watch=true&resourceVersion=${await version(w)}`);
    await w.made('a');
    await w.patch(`${w.widgets}/a`, { spec: { size: 3 } });
    await w.made('b');
    expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
    watch.close();
  });

  it('sends tables, with their columns once', async () => {
    const w = await world();
    await w.made('a');
    await w.made('b');
    const watch = await w.client.watch(`${w.widgets}?watch=true`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const first = await watch.next();
    const second = await watch.next();
    expect(first.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 3, null, 'a', expect.any(String)] }] });
    expect(first.object.columnDefinitions).toHaveLength(5);
    expect(second.object.columnDefinitions ?? []).toHaveLength(0);
    watch.close();
  });

  it('sends metadata alone when asked', async () => {
    const w = await world();
    await w.made('a');
    const watch = await w.client.watch(`${w.widgets}?watch=true`, {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    });
    const { object } = await watch.next();
    expect(object).toMatchObject({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'a' },
    });
    expect(object.spec).toBeUndefined();
    watch.close();
  });
}
