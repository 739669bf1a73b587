import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Aws,
  type CallRecord,
  createAws,
  isOutcomeUnknown,
  isThrottled,
  type Target,
} from '../../src/aws/index.ts';
import type { Call } from '../../src/util/call.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { aCall } from '../support/pass.ts';
import { STATIC_CREDENTIALS } from '../support/aws-clients.ts';
import { turns } from '../support/virtual-time.ts';

/** What a server that is not AWS does with a request. */
type Reaction = (request: IncomingMessage, response: ServerResponse) => void;

const json = (status: number, body: object): Reaction => {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'req-1' });
    response.end(JSON.stringify(body));
  };
};
const described = json(200, { Name: 'x', ARN: 'arn:x' });
const created = json(200, { Name: 'x', ARN: 'arn:x', VersionId: 'v1' });
const throttled = json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
const failed = json(500, { __type: 'InternalServiceError', message: 'Oops' });
const dropped: Reaction = (request) => request.socket.destroy();
const cutOff: Reaction = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '1000' });
  response.write('{"Name":');
  setImmediate(() => request.socket.destroy());
};
const notAws: Reaction = (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
const silent: Reaction = () => {};

const clock = new VirtualClock();
const target: Target = { accountId: '123456789012', region: 'eu-central-1', roleArn: undefined };
let server: Server;
let reactions: Reaction[];
/** What came, in order. */
let requests: { readonly port: number | undefined; body: string }[];
let heard: CallRecord[];
let aws: Aws;

beforeEach(async () => {
  [reactions, requests, heard] = [[], [], []];
  server = createServer((request, response) => {
    const seen = { port: request.socket.remotePort, body: '' };
    requests.push(seen);
    request
      .on('data', (chunk) => (seen.body += String(chunk)))
      .on('end', () => (reactions.shift() ?? described)(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  aws = createAws(
    { credentials: STATIC_CREDENTIALS, region: 'eu-central-1', endpoint: `http://127.0.0.1:${port}` },
    { clock, log: silentLogger, onCall: (record) => heard.push(record) },
  );
});

afterEach(async () => {
  aws.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
});

const call = (overrides: Partial<Call> = {}): Call =>
  aCall({ clock, deadlineMs: clock.monotonicMs() + 60_000, ...overrides });
const describeSecret = (overrides: Partial<Call> = {}) =>
  aws.secretsManager(target, call(overrides)).describeSecret('x');
const createSecret = (overrides: Partial<Call> = {}) =>
  aws.secretsManager(target, call(overrides)).createSecret({ name: 'x', secretString: 'v', description: '', tags: {} });

/** Waits until the server has seen `count` requests; real sockets take some turns of the event loop. */
async function seen(count: number): Promise<void> {
  while (requests.length < count) await turns(1);
}

/** Moves the clock over the pauses before retries, but not while a request is under way. */
async function throughPauses<T>(work: Promise<T>, retries: number): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([work]);
  for (let retry = 1; retry <= retries; retry += 1) {
    await seen(retry);
    while (heard.length < retry) await turns(1);
    await turns(5);
    clock.advance(9_000);
  }
  return (await settled)[0];
}

describe('a read', () => {
  it.each([
    { reason: 'the connection is dropped', reaction: dropped },
    { reason: 'the answer is cut off', reaction: cutOff },
    { reason: 'somebody else answers', reaction: notAws },
    { reason: 'AWS fails', reaction: failed },
    { reason: 'AWS throttles', reaction: throttled },
  ])('is sent again when $reason', async ({ reaction }) => {
    reactions = [reaction, described];
    expect(await throughPauses(describeSecret(), 1)).toMatchObject({ value: { name: 'x' } });
    expect(heard.map(({ result }) => result === 'ok')).toEqual([false, true]);
  });

  it('that nobody answers ends with the request time-out, and is sent again', async () => {
    reactions = [silent, described];
    const asked = describeSecret();
    await seen(1);
    clock.advance(15_000);
    while (heard.length < 1) await turns(1);
    await turns(5);
    clock.advance(1_000);
    await expect(asked).resolves.toMatchObject({ name: 'x' });
    expect(heard.map(({ result }) => result)).toEqual(['TimeoutError', 'ok']);
  });

  it('ends at once when its call aborts', async () => {
    reactions = [silent];
    const pass = new AbortController();
    const asked = describeSecret({ signal: pass.signal });
    await seen(1);
    pass.abort(new Error('the pass is over'));
    await expect(asked).rejects.toThrow('the pass is over');
  });
});

describe('a write', () => {
  it.each([
    { reason: 'the connection is dropped', reaction: dropped },
    { reason: 'the answer is cut off', reaction: cutOff },
    { reason: 'AWS fails', reaction: failed },
  ])('is sent once when $reason, and its outcome is unknown', async ({ reaction }) => {
    reactions = [reaction, created];
    await expect(createSecret()).rejects.toSatisfy(isOutcomeUnknown);
    expect(requests).toHaveLength(1);
  });

  it('is sent again when it was throttled, with the token of the first time', async () => {
    reactions = [throttled, created];
    expect(await throughPauses(createSecret(), 1)).toMatchObject({ value: { versionId: 'v1' } });
    const [first, second] = requests.map(({ body }) => body);
    expect(first).toContain('ClientRequestToken');
    expect(second).toBe(first);
  });

  it('that is always throttled says so in the end', async () => {
    reactions = Array.from({ length: 9 }, () => throttled);
    const outcome = await throughPauses(createSecret(), 3);
    expect(outcome).toMatchObject({ reason: { kind: 'throttled' } });
    expect(outcome.status === 'rejected' && isThrottled(outcome.reason)).toBe(true);
    expect(requests).toHaveLength(4);
  });

  it('never reaches the network when its lease is about to end', async () => {
    const endsAtMs = clock.monotonicMs() + 400;
    await expect(createSecret({ authority: { expiresAtMs: () => endsAtMs } })).rejects.toMatchObject({
      refusedFor: 'authority',
    });
    await expect(createSecret({ mode: 'observe' })).rejects.toMatchObject({ refusedFor: 'mode' });
    expect(requests).toHaveLength(0);
    expect(heard).toEqual([]);
  });
});

describe('connections', () => {
  it('are kept and shared by all clients', async () => {
    for (let index = 0; index < 20; index += 1) await describeSecret();
    expect(new Set(requests.map(({ port }) => port)).size).toBe(1);
  });

  it('to nobody are a failure of the network, which names the cause', async () => {
    const { port } = server.address() as AddressInfo; // it listens on TCP
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(createSecret()).rejects.toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  });
});
