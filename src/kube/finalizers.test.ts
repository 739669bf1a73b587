import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport } from '../../test/support/fake-transport.ts';
import { aCall } from '../../test/support/pass.ts';
import { createKubeClient } from './client.ts';
import { KubeConnection } from './connection.ts';
import { isInvalid, isNotFound } from './errors.ts';
import { addFinalizer, removeFinalizer } from './finalizers.ts';
import type { JsonPatchOperation } from './json-patch.ts';
import type { KubeObject, ResourceKind } from './resource.ts';

const widgets: ResourceKind = { group: 'a.io', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
const ours = 'ours.io/x';

const anObject = (finalizers?: readonly string[], more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'a.io/v1',
  kind: 'Widget',
  metadata: { namespace: 'n', name: 'w', uid: 'u1', resourceVersion: '1', ...(finalizers && { finalizers }), ...more },
});

/** An API server with one object, which tests patches as a real one does. */
function aServer(stored: KubeObject | undefined) {
  const world = { stored };
  const refuse = (code: number, reason: string): FakeAnswer => ({
    status: code,
    json: { kind: 'Status', code, reason },
  });
  const transport = new FakeTransport(({ method, body }) => {
    if (world.stored === undefined) return refuse(404, 'NotFound');
    if (method === 'GET') return { json: world.stored };
    const metadata: unknown = structuredClone(world.stored.metadata);
    // The operations are those that the code under test has sent.
    for (const operation of JSON.parse(body ?? '[]') as JsonPatchOperation[]) {
      if (!applyTo({ metadata }, operation)) return refuse(422, 'Invalid');
    }
    world.stored = { ...world.stored, metadata: metadata as KubeObject['metadata'] };
    return { json: world.stored };
  });
  return { world, transport, client: createKubeClient(new KubeConnection(aClusterConfig(), { transport }), aCall()) };
}

/** As much of JSON patch as is used here: `test`, `add`, `remove` of existing paths. */
function applyTo(root: object, operation: JsonPatchOperation): boolean {
  const parts = operation.path.slice(1).split('/');
  const last = parts.pop() ?? '';
  let at: Record<string, unknown> | undefined = root as Record<string, unknown>;
  for (const part of parts) at = at?.[part] as Record<string, unknown> | undefined;
  if (at === undefined) return false;
  if (operation.op === 'test') return JSON.stringify(at[last]) === JSON.stringify(operation.value);
  if (operation.op === 'remove' && Array.isArray(at)) at.splice(Number(last), 1);
  else if (operation.op === 'add' && Array.isArray(at)) at.push(operation.value);
  else if (operation.op === 'add') at[last] = operation.value;
  return true;
}

describe('addFinalizer', () => {
  it.each([
    { present: undefined, expected: [ours], reason: 'there were none' },
    { present: ['theirs.io/y'], expected: ['theirs.io/y', ours], reason: 'those of others stay' },
  ])('adds it; $reason', async ({ present, expected }) => {
    const { client, world } = aServer(anObject(present));
    expect((await addFinalizer(client, widgets, anObject(present), ours)).metadata.finalizers).toEqual(expected);
    expect(world.stored?.metadata.finalizers).toEqual(expected);
  });

  it('asks nothing when it is there', async () => {
    const { client, transport } = aServer(anObject([ours]));
    await addFinalizer(client, widgets, anObject([ours]), ours);
    expect(transport.requests).toEqual([]);
  });

  it('C4: keeps a finalizer that came in between, and says its own once', async () => {
    const { client, world } = aServer(anObject(['theirs.io/y', 'new.io/z'], { resourceVersion: '2' }));
    await addFinalizer(client, widgets, anObject(['theirs.io/y']), ours);
    expect(world.stored?.metadata.finalizers).toEqual(['theirs.io/y', 'new.io/z', ours]);
  });

  it('does not add it to another object of the same name', async () => {
    const { client, world } = aServer(anObject([], { uid: 'u2' }));
    await expect(addFinalizer(client, widgets, anObject([]), ours)).rejects.toSatisfy(isNotFound);
    expect(world.stored?.metadata.finalizers).toEqual([]);
  });

  it('gives up when the server refuses it for another reason', async () => {
    const transport = new FakeTransport(({ method }) =>
      method === 'GET' ? { json: anObject() } : { status: 422, json: { kind: 'Status', code: 422, reason: 'Invalid' } },
    );
    const client = createKubeClient(new KubeConnection(aClusterConfig(), { transport }), aCall());
    await expect(addFinalizer(client, widgets, anObject(), ours)).rejects.toSatisfy(isInvalid);
    expect(transport.requests.length).toBeLessThan(10);
  });
});

describe('removeFinalizer', () => {
  it('C5: takes its own, also when others moved it', async () => {
    const { client, world } = aServer(anObject(['new.io/z', ours, 'theirs.io/y']));
    await removeFinalizer(client, widgets, anObject([ours, 'theirs.io/y']), ours);
    expect(world.stored?.metadata.finalizers).toEqual(['new.io/z', 'theirs.io/y']);
  });

  it('asks nothing when it is not there', async () => {
    const { client, transport } = aServer(anObject(['theirs.io/y']));
    await removeFinalizer(client, widgets, anObject(['theirs.io/y']), ours);
    expect(transport.requests).toEqual([]);
  });

  it('is content when the object is gone, or is another one by now', async () => {
    expect(await removeFinalizer(aServer(undefined).client, widgets, anObject([ours]), ours)).toBeUndefined();
    const { client, world } = aServer(anObject([ours], { uid: 'u2' }));
    expect(await removeFinalizer(client, widgets, anObject([ours]), ours)).toBeUndefined();
    expect(world.stored?.metadata.finalizers).toEqual([ours]);
  });

  it('does not take the page of a proxy for that', async () => {
    const transport = new FakeTransport(() => ({ status: 404, json: 'default backend - 404' }));
    const client = createKubeClient(new KubeConnection(aClusterConfig(), { transport }), aCall());
    await expect(removeFinalizer(client, widgets, anObject([ours]), ours)).rejects.toMatchObject({ code: 404 });
  });
});
