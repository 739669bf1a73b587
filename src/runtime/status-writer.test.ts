import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport } from '../../test/support/fake-transport.ts';
import { aWidget, type Widget, widgets } from '../../test/support/kube-object.ts';
import { aCall } from '../../test/support/pass.ts';
import { createKubeClient, isConflict, KubeConnection } from '../kube/index.ts';
import { completeStatus, writeStatus } from './status-writer.ts';

const nowMs = Date.UTC(2026, 0, 2);
const stated = (message = 'so') => ({
  conditions: [{ type: 'Ready', status: 'True' as const, reason: 'Because', message }],
});

async function write(current: Widget, status: object, seen = current, answer: FakeAnswer = {}) {
  const transport = new FakeTransport(() => answer);
  const client = createKubeClient(new KubeConnection(aClusterConfig(), { transport }), aCall());
  await writeStatus({ client, kind: widgets, seen, current, stated: status, nowMs });
  return transport.requests.map(({ path, body }) => [path.split('/').at(-1), JSON.parse(body ?? 'null') as unknown]);
}

/** Writes to a server whose object somebody changes `times` times, each time just before the patch arrives. */
function editedTimes(times: number, change: { readonly metadata?: object; readonly status?: object }) {
  let version = 1;
  const { metadata, ...rest } = aWidget();
  const current = (more: typeof change = {}): Widget => ({
    ...rest,
    ...more,
    metadata: { ...metadata, ...more.metadata, resourceVersion: `${version}` },
  });
  const transport = new FakeTransport(({ method, body }) => {
    if (method === 'GET') return { json: current(change) };
    if (version <= times) version += 1;
    if (versionIn(body) === `${version}`) return { json: current() };
    return { status: 409, json: { kind: 'Status', code: 409, reason: 'Conflict' } };
  });
  const client = createKubeClient(new KubeConnection(aClusterConfig(), { transport }), aCall());
  const seen = current();
  const result = writeStatus({ client, kind: widgets, seen, current: seen, stated: stated(), nowMs });
  return { result, requests: () => transport.requests };
}

function versionIn(body: string | undefined): unknown {
  // What the client sends is an object with metadata.
  return (JSON.parse(body ?? '{}') as { metadata?: { resourceVersion?: unknown } }).metadata?.resourceVersion;
}

describe('a status', () => {
  it('is written as a patch of what differs, for this very version of the object', async () => {
    const current = aWidget({ metadata: { resourceVersion: '7' }, status: { old: 1, same: 1 } });
    expect(await write(current, { same: 1, fresh: 2 })).toEqual([
      ['status', { metadata: { resourceVersion: '7' }, status: { old: null, fresh: 2 } }],
    ]);
  });

  it('is not written when nothing differs', async () => {
    const status = completeStatus(undefined, stated(), 1, nowMs - 86_400_000);
    expect(await write(aWidget({ status }), stated())).toEqual([]);
  });

  it('is not written to another object of the same name', async () => {
    expect(await write(aWidget({ metadata: { uid: 'u2' } }), stated(), aWidget())).toEqual([]);
  });

  it('says which generation the pass has seen, not the one that there is by now', async () => {
    const [request] = await write(aWidget({ metadata: { generation: 3 } }), stated(), aWidget());
    expect(request?.[1]).toMatchObject({ status: { observedGeneration: 1, conditions: [{ observedGeneration: 1 }] } });
  });

  it('of an object that went away meanwhile is no error', async () => {
    const gone = { status: 404, json: { kind: 'Status', code: 404, reason: 'NotFound' } };
    await expect(write(aWidget(), stated(), aWidget(), gone)).resolves.toHaveLength(1);
  });

  it('is not written when a proxy has a page that there is nothing', async () => {
    const page = { status: 404, json: 'default backend - 404' };
    await expect(write(aWidget(), stated(), aWidget(), page)).rejects.toMatchObject({ code: 404 });
  });

  it('is written although somebody edits what it is not about', async () => {
    const { requests, result } = editedTimes(4, {});
    await result;
    const versions = requests()
      .filter(({ method }) => method === 'PATCH')
      .map(({ body }) => versionIn(body));
    expect(versions).toEqual(['1', '2', '3', '4', '5']);
  });

  it('is a conflict when the edits do not leave it a moment', async () => {
    const { requests, result } = editedTimes(1_000, {});
    await expect(result).rejects.toSatisfy(isConflict);
    expect(requests()).toHaveLength(9);
  });

  it.each([
    { what: 'the status', change: { status: { is: 'newer' } } },
    { what: 'the specification', change: { metadata: { generation: 2 } } },
    { what: 'the object, which is deleted,', change: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } },
    { what: 'the object, which is another one,', change: { metadata: { uid: 'u2' } } },
  ])('is a conflict at once when somebody changed $what', async ({ change }) => {
    const { requests, result } = editedTimes(1, change);
    await expect(result).rejects.toSatisfy(isConflict);
    expect(requests().map(({ method }) => method)).toEqual(['PATCH', 'GET']);
  });

  it('without conditions claims to have looked at nothing', () => {
    expect(completeStatus(undefined, { id: 'x' }, 4, nowMs)).toEqual({ id: 'x' });
  });
});
