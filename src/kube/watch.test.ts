import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { aClusterConfig, FakeTransport, FakeWatch, type Script } from '../../test/support/fake-transport.ts';
import { aCall } from '../../test/support/pass.ts';
import { settleInTime, turns } from '../../test/support/virtual-time.ts';
import type { Call } from '../util/call.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { createKubeClient } from './client.ts';
import { KubeConnection } from './connection.ts';
import { isGone, isUnreachable } from './errors.ts';
import type { ResourceKind } from './resource.ts';
import type { WatchOptions } from './watch.ts';

const widgets: ResourceKind = { group: 'a.io', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
const MIB = 1024 * 1024;
const anObject = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } });

function aWatch(
  options: Partial<WatchOptions> & { script?: Script; call?: Partial<Call>; authorization?: string } = {},
) {
  const { script, call, authorization, ...rest } = options;
  const clock = new VirtualClock();
  const stream = new FakeWatch();
  const transport = new FakeTransport(script ?? (() => ({ body: stream.body })));
  const identity = { ...aClusterConfig().identity, authorization: () => Promise.resolve(authorization) };
  const connection = new KubeConnection(aClusterConfig({ identity }), { clock, transport });
  const seen: string[] = [];
  const run = async (): Promise<void> => {
    const client = createKubeClient(connection, aCall({ clock, mode: 'observe', ...call }));
    for await (const event of client.watch(widgets, { resourceVersion: '5', ...rest })) {
      seen.push(
        event.type === 'BOOKMARK' ? `BOOKMARK ${event.resourceVersion}` : `${event.type} ${event.object.metadata.name}`,
      );
    }
  };
  return { clock, stream, transport, seen, done: run() };
}

describe('watch', () => {
  it('asks for changes from a revision on, with bookmarks', async () => {
    const { stream, transport, done } = aWatch({ namespace: 'n', timeoutSeconds: 60 });
    stream.end();
    await done;
    expect(transport.lines).toEqual([
      'GET /apis/a.io/v1/namespaces/n/widgets?resourceVersion=5&watch=true&allowWatchBookmarks=true&timeoutSeconds=60',
    ]);
  });

  it('tells events in order, also when they come in pieces', async () => {
    const { stream, seen, done } = aWatch();
    const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: anObject('ä', '6') })}\n`);
    for (const byte of line) stream.body.write(Buffer.from([byte]));
    stream.tell('DELETED', anObject('ä', '7'));
    stream.bookmark('9');
    stream.end();
    await done;
    expect(seen).toEqual(['ADDED ä', 'DELETED ä', 'BOOKMARK 9']);
  });

  it('throws what the server says when it has forgotten the revision', async () => {
    const { stream, done } = aWatch();
    stream.tell('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    await expect(done).rejects.toSatisfy(isGone);
  });

  it('throws that the server cannot be reached when the stream breaks', async () => {
    const { stream, seen, done } = aWatch();
    stream.tell('ADDED', anObject('b', '6'));
    await turns();
    stream.break();
    await expect(done).rejects.toSatisfy(isUnreachable);
    expect(seen).toEqual(['ADDED b']);
  });

  it('takes a silent stream for dead, and a bookmark for a sign of life', async () => {
    const { stream, clock, done } = aWatch({ idleTimeoutMs: 150_000 });
    const settled = settleInTime(clock, done);
    // One bookmark comes at 100 s; the silence after it lasts 150 s.
    clock.schedule(100_000, () => stream.bookmark('9'));
    expect(await settled).toMatchObject({ tookMs: 250_000, error: { reason: 'DeadlineExceeded' } });
    expect(stream.body.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('has no deadline once it is open', async () => {
    const { stream, clock, done, seen } = aWatch({ idleTimeoutMs: 10_000_000 });
    await turns();
    clock.advance(9_000_000);
    stream.tell('ADDED', anObject('late', '6'));
    stream.end();
    await done;
    expect(seen).toEqual(['ADDED late']);
  });

  it('has a deadline until it is open', async () => {
    const { clock, done } = aWatch({ script: () => new Promise(() => {}), call: { deadlineMs: 20_000 } });
    expect(await settleInTime(clock, done)).toMatchObject({ tookMs: 20_000, error: { reason: 'DeadlineExceeded' } });
  });

  it('ends with the signal of its call', async () => {
    const ending = new AbortController();
    const { clock, stream, done } = aWatch({ call: { signal: ending.signal } });
    await turns();
    ending.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    expect([clock.pending, stream.body.destroyed]).toEqual([0, true]);
  });

  it('takes an event as large as an object can be, and none that does not end', async () => {
    const { stream, seen, done } = aWatch();
    const large = anObject('large', '6');
    stream.tell('ADDED', { ...large, metadata: { ...large.metadata, annotations: { text: 'x'.repeat(1.5 * MIB) } } });
    const writeOn = async (): Promise<void> => {
      while (stream.body.write(Buffer.alloc(64 * 1024, 'x')) || !stream.body.destroyed) await turns(1);
    };
    void writeOn();
    await expect(done).rejects.toThrow(
      'watch widgets.a.io: AnswerTooLarge: an event is longer than 4 MiB: no API server tells such a one, so see what answers at its address',
    );
    expect(seen).toEqual(['ADDED large']);
  });

  it('throws what the server says without the credentials that it was sent', async () => {
    const { stream, done } = aWatch({ authorization: 'Bearer abc.def-123' });
    stream.tell('ERROR', { kind: 'Status', code: 500, reason: 'abc.def-123', message: 'not for abc.def-123' });
    await expect(done).rejects.toThrow('watch widgets.a.io: 500 [credentials]: not for [credentials]');
  });

  it('throws on a line that is no JSON, and does not quote it', async () => {
    const { stream, done } = aWatch();
    stream.body.write('c2VjcmV0\n');
    const error = await done.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'MalformedAnswer' });
    expect(inspect(error)).not.toContain('c2VjcmV0');
  });
});
