import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport } from '../../test/support/fake-transport.ts';
import { aWidget } from '../../test/support/kube-object.ts';
import { aCall } from '../../test/support/pass.ts';
import { turns } from '../../test/support/virtual-time.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { createKubeClient } from './client.ts';
import { KubeConnection } from './connection.ts';
import { type EventInput, EventRecorder } from './events.ts';

const created: EventInput = { type: 'Normal', reason: 'Created', message: 'It was made' };

function aRecorder(answer: (method: string) => FakeAnswer = () => ({})) {
  const clock = new VirtualClock();
  const transport = new FakeTransport(({ method }) => answer(method));
  const connection = new KubeConnection(aClusterConfig(), { clock, transport });
  const recorder = new EventRecorder({
    component: 'cloud-manager',
    instance: 'one',
    clientFor: (call) => createKubeClient(connection, call),
  });
  const call = aCall({ clock });
  const tell = async (event = created, object = aWidget()): Promise<void> => {
    recorder.record(call, object, event);
    await turns();
  };
  const methods = () => transport.requests.map(({ method }) => method);
  const body = (index: number): unknown => JSON.parse(transport.requests[index]?.body ?? 'null');
  return { recorder, transport, clock, call, tell, methods, body };
}

describe('an event', () => {
  it('names the object so that kubectl describe finds it', async () => {
    const { tell, body, transport } = aRecorder();
    await tell();
    expect(transport.lines).toEqual(['POST /api/v1/namespaces/default/events']);
    expect(body(0)).toMatchObject({
      involvedObject: { apiVersion: 'example.io/v1', kind: 'Widget', namespace: 'default', name: 'w', uid: 'u1' },
      type: 'Normal',
      reason: 'Created',
      message: 'It was made',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      source: { component: 'cloud-manager' },
    });
  });

  it('has a name that the server takes, also where the cut falls on a dash or a dot', async () => {
    const { tell, body } = aRecorder();
    const widget = aWidget();
    await tell(created, { ...widget, metadata: { ...widget.metadata, name: `${'a'.repeat(228)}.-b` } });
    expect(body(0)).toMatchObject({ metadata: { name: expect.stringMatching(/^a{228}\.[0-9a-f]{16}$/) } });
  });

  it('that happens again is counted, also when both come at once', async () => {
    const { recorder, call, methods, body } = aRecorder();
    for (let i = 0; i < 3; i += 1) recorder.record(call, aWidget(), created);
    await turns(30);
    expect(methods()).toEqual(['POST', 'PATCH', 'PATCH']);
    expect(body(2)).toEqual({ count: 3, lastTimestamp: '2026-01-01T00:00:00Z' });
  });

  it('that happens again after long is a new one', async () => {
    const { tell, methods, clock } = aRecorder();
    await tell();
    clock.advance(600_001);
    await tell();
    expect(methods()).toEqual(['POST', 'POST']);
  });

  it('that was deleted meanwhile is made anew', async () => {
    const gone = { status: 404, json: { kind: 'Status', code: 404, reason: 'NotFound' } };
    const { tell, methods } = aRecorder((method) => (method === 'PATCH' ? gone : {}));
    await tell();
    await tell();
    expect(methods()).toEqual(['POST', 'PATCH', 'POST']);
  });

  it('of another object, reason or message is another one', async () => {
    const { tell, methods } = aRecorder();
    await tell();
    await tell({ ...created, message: 'Otherwise' });
    await tell(created, aWidget({ metadata: { uid: 'u2' } }));
    expect(methods()).toEqual(['POST', 'POST', 'POST']);
  });

  it('about an object that tells too much is left out until time has passed', async () => {
    const { tell, transport, clock } = aRecorder();
    for (let i = 0; i < 40; i += 1) await tell({ ...created, message: `No. ${i}` });
    expect(transport.requests).toHaveLength(25);
    await tell(created, aWidget({ metadata: { uid: 'u2' } }));
    expect(transport.requests).toHaveLength(26);
    clock.advance(300_000);
    await tell({ ...created, message: 'Later' });
    expect(transport.requests).toHaveLength(27);
  });

  it('is not told by a call that may only read, nor without authority', async () => {
    const { recorder, call, transport } = aRecorder();
    recorder.record({ ...call, mode: 'plan' }, aWidget(), created);
    recorder.record({ ...call, authority: { expiresAtMs: () => 0 } }, aWidget(), created);
    await turns();
    expect(transport.requests).toEqual([]);
  });

  it('that cannot be written harms nobody', async () => {
    const refused = { status: 403, json: { kind: 'Status', code: 403, reason: 'Forbidden' } };
    const { tell, recorder, clock } = aRecorder(() => refused);
    await tell();
    await tell();
    expect([recorder.pending, clock.pending]).toEqual([0, 0]);
  });

  it('is written although the pass has ended', async () => {
    const { recorder, call, transport } = aRecorder();
    const ending = new AbortController();
    recorder.record({ ...call, signal: ending.signal }, aWidget(), created);
    ending.abort(new Error('the pass is over'));
    await turns();
    expect(transport.requests).toHaveLength(1);
  });
});
