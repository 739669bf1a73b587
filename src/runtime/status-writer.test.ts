import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport } from '../../test/support/fake-transport.ts';
import { aWidget, type Widget, widgets } from '../../test/support/kube-object.ts';
import { aCall } from '../../test/support/pass.ts';
import { createKubeClient, KubeConnection } from '../kube/index.ts';
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

  it('without conditions claims to have looked at nothing', () => {
    expect(completeStatus(undefined, { id: 'x' }, 4, nowMs)).toEqual({ id: 'x' });
  });
});
