import { PassThrough, Readable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport, type Script } from '../../test/support/fake-transport.ts';
import { aCall } from '../../test/support/pass.ts';
import { settleInTime } from '../../test/support/virtual-time.ts';
import { WriteRefusedError } from '../util/call.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { KubeConnection, type RequestReport } from './connection.ts';
import { isNamespaceTerminating } from './errors.ts';
import type { Operation } from './operation.ts';
import { TransportError } from './transport/transport.ts';

const read: Operation = {
  verb: 'get',
  authorizedAs: 'get',
  subresource: undefined,
  method: 'GET',
  path: '/api/v1/namespaces/a/configmaps/b',
  isWrite: false,
  resource: 'configmaps',
  namespace: 'a',
  name: 'b',
  mayQuote: true,
};
const write: Operation = { ...read, verb: 'update', method: 'PUT', isWrite: true, body: { x: 1 } };

const MIB = 1024 * 1024;

const watch: Operation = { ...read, verb: 'watch' };

const refusal = (code: number, reason: string, headers: Record<string, string> = {}): FakeAnswer => ({
  status: code,
  json: { kind: 'Status', code, reason, message: 'because' },
  headers,
});

/** Answers one after the other; the last one again and again. */
function inTurn(...answers: readonly (FakeAnswer | Error)[]): Script {
  const left = [...answers];
  return () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer is scripted');
    return answer;
  };
}

function aConnection(script: Script, identity = {}, random = 1) {
  const clock = new VirtualClock();
  const transport = new FakeTransport(script);
  const reports: RequestReport[] = [];
  const config = aClusterConfig({ identity: { ...aClusterConfig().identity, ...identity } });
  const connection = new KubeConnection(config, {
    clock,
    transport,
    random: () => random,
    onRequest: (report) => reports.push(report),
  });
  const settle = async <T>(work: Promise<T>) => ({
    ...(await settleInTime(clock, work)),
    requests: transport.requests.length,
  });
  return { connection, transport, clock, reports, settle, call: aCall({ clock }) };
}

describe('a request that is answered', () => {
  it('gives back the JSON', async () => {
    const { connection, call } = aConnection(inTurn({ json: { a: 1 } }));
    expect(await connection.send(call, read)).toEqual({ a: 1 });
  });

  it('is reported with its code and its duration', async () => {
    const { connection, call, reports } = aConnection(inTurn(refusal(404, 'NotFound')));
    await connection.send(call, read).catch(() => {});
    expect(reports).toEqual([
      { cluster: 'test', verb: 'get', resource: 'configmaps', code: 404, reason: 'NotFound', durationMs: 0 },
    ]);
  });

  it('leaves no timer behind', async () => {
    const { connection, call, clock } = aConnection(inTurn({}));
    await connection.send(call, read);
    expect(clock.pending).toBe(0);
  });

  it('carries the identity of the moment', async () => {
    const { connection, call, transport } = aConnection(inTurn({}), {
      authorization: () => Promise.resolve('Bearer t'),
    });
    await connection.send(call, read);
    expect(transport.requests[0]?.headers).toMatchObject({ authorization: 'Bearer t', accept: 'application/json' });
  });
});

describe('what is tried again', () => {
  const cases: {
    what: string;
    operation: Operation;
    first: FakeAnswer | Error;
    requests: number;
    atLeastMs: number;
    reason: string;
  }[] = [
    {
      what: 'a write on 429',
      operation: write,
      first: refusal(429, 'TooManyRequests', { 'retry-after': '3' }),
      requests: 2,
      atLeastMs: 3_000,
      reason: 'the server has not looked at it, and says when to come back',
    },
    {
      what: 'a write whose connection failed before it was sent',
      operation: write,
      first: new TransportError('refused', false),
      requests: 2,
      atLeastMs: 100,
      reason: 'nothing can have happened',
    },
    {
      what: 'a write without an answer',
      operation: write,
      first: new TransportError('reset', true),
      requests: 1,
      atLeastMs: 0,
      reason: 'it may have been carried out: its author looks first',
    },
    {
      what: 'a write on 500',
      operation: write,
      first: refusal(500, 'InternalError'),
      requests: 1,
      atLeastMs: 0,
      reason: 'it may have been carried out',
    },
    {
      what: 'a read without an answer',
      operation: read,
      first: new TransportError('reset', true),
      requests: 2,
      atLeastMs: 100,
      reason: 'reading changes nothing',
    },
    {
      what: 'a read on 503',
      operation: read,
      first: refusal(503, 'ServiceUnavailable'),
      requests: 2,
      atLeastMs: 100,
      reason: 'reading changes nothing',
    },
    {
      what: 'a read on 404',
      operation: read,
      first: refusal(404, 'NotFound'),
      requests: 1,
      atLeastMs: 0,
      reason: 'that is an answer',
    },
    {
      what: 'a write on 409',
      operation: write,
      first: refusal(409, 'Conflict'),
      requests: 1,
      atLeastMs: 0,
      reason: 'that is an answer',
    },
    {
      what: 'a watch on 500',
      operation: watch,
      first: refusal(500, 'InternalError'),
      requests: 1,
      atLeastMs: 0,
      reason: 'who follows begins anew by itself, with pauses of its own',
    },
    {
      what: 'a watch on 429',
      operation: watch,
      first: refusal(429, 'TooManyRequests', { 'retry-after': '3' }),
      requests: 2,
      atLeastMs: 3_000,
      reason: 'the server says when to come back, and only this place hears it',
    },
  ];

  it.each(cases)('$what: $requests request(s), because $reason', async ({ operation, first, requests, atLeastMs }) => {
    const { connection, call, settle } = aConnection(inTurn(first, { json: { ok: true } }));
    const result = await settle(connection.send(call, operation));
    expect(result.requests).toBe(requests);
    expect(result.tookMs).toBeGreaterThanOrEqual(atLeastMs);
    expect('value' in result).toBe(requests === 2);
  });

  it.each([read, write])('is no page that is not JSON, nor is it quoted: $verb', async (operation) => {
    const { connection, call, settle } = aConnection(() => ({ body: Readable.from([Buffer.from('c2VjcmV0')]) }));
    const result = await settle(connection.send(call, operation));
    expect(result).toMatchObject({ requests: 1, error: { code: 0, reason: 'MalformedAnswer', mayHaveArrived: true } });
    expect(inspect(result)).not.toContain('c2VjcmV0');
  });

  it.each([200, 500])('is no answer that does not end (%i), nor is all of it read', async (status) => {
    let sent = 0;
    const endless = (): Readable =>
      new Readable({
        read() {
          sent += 1;
          this.push(Buffer.alloc(MIB));
        },
      });
    const { connection, call, settle } = aConnection(() => ({ status, body: endless() }));
    const result = await settle(connection.send(call, read));
    const message =
      'get configmaps a/b: AnswerTooLarge: the answer is longer than 32 MiB: no API server gives such a one, so see what answers at its address';
    expect(result).toMatchObject({ requests: 1, error: { code: 0, message, mayHaveArrived: true } });
    expect(sent).toBeLessThan(40);
  });

  it('ends after four attempts, with growing pauses', async () => {
    const { connection, call, settle } = aConnection(inTurn(new TransportError('reset', true)));
    const result = await settle(connection.send(call, read));
    expect(result).toMatchObject({ requests: 4, tookMs: 700 });
    expect(result).toHaveProperty('error.reason', 'ConnectionFailed');
  });

  it('does not begin what the deadline leaves no time for', async () => {
    const { connection, call, settle } = aConnection(inTurn(refusal(429, 'TooManyRequests', { 'retry-after': '60' })));
    const result = await settle(connection.send({ ...call, deadlineMs: 30_000 }, read));
    expect(result).toMatchObject({ requests: 1, tookMs: 0, error: { code: 429, retryAfterMs: 60_000 } });
  });

  it('takes no more than a minute of Retry-After on trust', async () => {
    const script = inTurn(refusal(429, 'TooManyRequests', { 'retry-after': '86400' }), {});
    const { connection, call, settle } = aConnection(script);
    expect((await settle(connection.send(call, read))).tookMs).toBe(75_000);
  });

  it.each([
    { random: 0, tookMs: 20_000 },
    { random: 0.4, tookMs: 22_000 },
    { random: 1, tookMs: 25_000 },
  ])('comes back up to a quarter later than it was told, so that not all do at once: $tookMs ms', async (one) => {
    const script = inTurn(refusal(429, 'TooManyRequests', { 'retry-after': '20' }), {});
    const { connection, call, settle } = aConnection(script, {}, one.random);
    expect((await settle(connection.send(call, read))).tookMs).toBe(one.tookMs);
  });
});

describe('a request that is not answered in time', () => {
  const never: Script = () => new Promise(() => {});

  it('ends at the request time-out, and says that it may have arrived', async () => {
    const { connection, call, settle } = aConnection(never);
    const result = await settle(connection.send(call, write));
    expect(result).toMatchObject({
      tookMs: 30_000,
      error: { code: 0, reason: 'DeadlineExceeded', mayHaveArrived: true },
    });
  });

  it('ends at the deadline of the call when that is sooner', async () => {
    const { connection, call, settle } = aConnection(never);
    expect((await settle(connection.send({ ...call, deadlineMs: 5_000 }, write))).tookMs).toBe(5_000);
  });

  it('ends with the signal of the call, and its reason', async () => {
    const { connection, call, clock } = aConnection(never);
    const ending = new AbortController();
    const work = connection.send({ ...call, signal: ending.signal }, read);
    ending.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
  });

  it('ends also when the answer begins and breaks off', async () => {
    const { connection, call, settle } = aConnection(() => {
      const body = new PassThrough();
      body.write('{"half":');
      return { body };
    });
    const result = await settle(connection.send(call, write));
    expect(result).toMatchObject({ tookMs: 30_000, error: { reason: 'DeadlineExceeded' } });
  });
});

describe('the write gate', () => {
  it('lets nothing out of a call that may only read', async () => {
    const { connection, call, transport } = aConnection(inTurn({}));
    for (const mode of ['plan', 'observe'] as const) {
      await expect(connection.send({ ...call, mode }, write)).rejects.toThrow(WriteRefusedError);
    }
    expect(transport.requests).toEqual([]);
    await connection.send({ ...call, mode: 'observe' }, read);
    expect(transport.requests).toHaveLength(1);
  });

  it('lets nothing out whose deadline lies after the end of the lease', async () => {
    const { connection, call, transport } = aConnection(inTurn({}));
    const endsInTurn = [20_000, 20_000, 19_999];
    const shrinking = { ...call, authority: { expiresAtMs: () => endsInTurn.shift() ?? 0 } };
    await expect(connection.send(shrinking, write)).rejects.toThrow('the lease ends too soon');
    const until = (expiresAtMs: number) => ({ ...call, authority: { expiresAtMs: () => expiresAtMs } });
    await expect(connection.send(until(499), write)).rejects.toThrow('the lease ends too soon');
    expect(transport.requests).toEqual([]);
    await connection.send(until(500), write);
    expect(transport.requests).toHaveLength(1);
  });

  it('is asked again for each attempt', async () => {
    const { connection, call, settle } = aConnection(inTurn(refusal(429, 'TooManyRequests', { 'retry-after': '20' })));
    const authority = { expiresAtMs: () => 20_400 };
    const result = await settle(connection.send({ ...call, authority }, write));
    expect(result).toMatchObject({ requests: 1 });
    expect(result).toHaveProperty('error.refusedFor', 'authority');
  });
});

describe('401', () => {
  it('makes identity and connection be renewed, and is tried once more', async () => {
    let refusals = 0;
    const { connection, call, settle, transport } = aConnection(inTurn(refusal(401, 'Unauthorized'), { json: 1 }), {
      refused: () => {
        refusals += 1;
      },
    });
    expect(await settle(connection.send(call, write))).toMatchObject({ value: 1, requests: 2 });
    expect([refusals, transport.renewals]).toEqual([1, 1]);
  });

  it('is an error when it comes twice', async () => {
    const { connection, call, settle } = aConnection(inTurn(refusal(401, 'Unauthorized')));
    expect(await settle(connection.send(call, read))).toMatchObject({ requests: 2, error: { code: 401 } });
  });
});

describe('an error', () => {
  it('names verb, resource, object, code and reason, and says what the server said', async () => {
    const { connection, call } = aConnection(inTurn(refusal(409, 'Conflict')));
    await expect(connection.send(call, write)).rejects.toThrow('update configmaps a/b: 409 Conflict: because');
  });

  it('does not quote the server about a Secret, but keeps which fields it refused and why', async () => {
    const causes = [{ field: 'data', reason: 'FieldValueInvalid', message: 'Invalid value: "c2VjcmV0"' }];
    const json = { kind: 'Status', code: 422, reason: 'Invalid', message: 'c2VjcmV0', details: { causes } };
    const { connection, call } = aConnection(inTurn({ status: 422, json }));
    await expect(connection.send(call, { ...write, mayQuote: false })).rejects.toMatchObject({
      message: 'update configmaps a/b: 422 Invalid',
      causes: [{ field: 'data', reason: 'FieldValueInvalid', message: '' }],
    });
  });

  it.each([
    { kind: 'a token', authorization: 'Bearer abc.def-123', secrets: ['abc.def-123'] },
    {
      kind: 'a password',
      authorization: `Basic ${btoa('admin:pass:word')}`,
      secrets: [btoa('admin:pass:word'), 'pass:word'],
    },
  ])('does not repeat $kind after the server', async ({ authorization, secrets }) => {
    const said = `not ${authorization}, nor ${secrets.join(' or ')}`;
    const details = { causes: [{ field: said, reason: said, message: said }] };
    const json = { kind: 'Status', code: 403, reason: said, message: said, details };
    const identity = { authorization: () => Promise.resolve(authorization) };
    const { connection, call, reports } = aConnection(inTurn({ status: 403, json }), identity);
    const error = await connection.send(call, write).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 403, detail: expect.stringContaining('nor [credentials]') });
    for (const secret of secrets) expect(inspect([error, reports], { depth: null })).not.toContain(secret);
  });

  it.each([{ authorization: undefined }, { authorization: 'Bearer a' }])(
    'says what the server said where there is nothing to hide: $authorization',
    async ({ authorization }) => {
      const identity = { authorization: () => Promise.resolve(authorization) };
      const { connection, call } = aConnection(inTurn(refusal(403, 'Forbidden')), identity);
      await expect(connection.send(call, read)).rejects.toThrow('get configmaps a/b: 403 Forbidden: because');
    },
  );

  it.each([true, false])('tells that the namespace goes (may be quoted: %s)', async (mayQuote) => {
    const causes = [
      { reason: 'NamespaceTerminating', message: 'namespace a is being terminated', field: 'metadata.namespace' },
    ];
    const json = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no', details: { causes } };
    const { connection, call } = aConnection(inTurn({ status: 403, json }));
    await expect(connection.send(call, { ...write, mayQuote })).rejects.toSatisfy(isNamespaceTerminating);
  });

  it('is understood when a proxy answered in its own words', async () => {
    const { connection, call, settle } = aConnection(inTurn({ status: 502, json: '<html>' }));
    expect(await settle(connection.send(call, write))).toMatchObject({ error: { code: 502, reason: 'HTTP502' } });
  });

  it('carries the fields that were refused', async () => {
    const causes = [{ field: 'spec.x', reason: 'FieldValueInvalid', message: 'must be 1' }];
    const json = { kind: 'Status', code: 422, reason: 'Invalid', message: 'no', details: { causes } };
    const { connection, call } = aConnection(inTurn({ status: 422, json }));
    await expect(connection.send(call, write)).rejects.toMatchObject({ causes });
  });
});
