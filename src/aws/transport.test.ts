import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { turns, until } from '../../test/support/virtual-time.ts';
import { createCertificateAuthority } from '../sandbox/certificates.ts';
import { listen } from '../util/listen.ts';
import { createTransportPool, type TransportPool } from './transport.ts';

let server: Server;
let port: number;
let pool: TransportPool;
/** Requests that wait for their answer. */
let open: ServerResponse[];
let arrived: number;
let urls: (string | undefined)[];

beforeEach(async () => {
  open = [];
  arrived = 0;
  urls = [];
  server = createServer(({ url }, response) => {
    arrived += 1;
    urls.push(url);
    open.push(response);
  });
  port = await listen(server, { port: 0, host: '127.0.0.1' });
  pool = createTransportPool(1);
});

afterEach(async () => {
  pool.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function send(beforeSocket: () => void, abortSignal = new AbortController().signal, where: object = {}) {
  // As much of the SDK's request as is looked at.
  const request = {
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    method: 'POST',
    path: '/',
    query: { a: ['1', '2 ~'], b: null },
    headers: {},
    body: 'body',
    ...where,
  } as unknown as Parameters<typeof pool.transport.handle>[0];
  const options = { abortSignal, beforeSocket } as Parameters<typeof pool.transport.handle>[1];
  return pool.transport.handle(request, options);
}

it('asks the gate when the request has its connection, not before, and sends nothing when it is closed by then', async () => {
  const first = send(() => {});
  await until('the first request has come', () => open.length === 1);
  let isClosed = false;
  let asked = 0;
  const second = send(() => {
    asked += 1;
    if (isClosed) throw new Error('closed');
  });
  await turns(20);
  // The first request has the only connection.
  expect(asked).toBe(0);
  isClosed = true;
  open[0]?.end('answer');
  (await first).response.body.resume();
  await expect(second).rejects.toThrow('closed');
  await turns(20);
  expect([asked, arrived]).toEqual([1, 1]);
});

it('asks the gate when TLS is agreed, not before', async () => {
  const authority = await createCertificateAuthority('test', Date.now());
  const { certificatePem: cert, privateKeyPem: key } = await authority.issueServer('aws', ['127.0.0.1']);
  const behind = createHttpsServer({ cert, key }, (_, response) => response.end('there'));
  const at = await listen(behind, { port: 0, host: '127.0.0.1' });
  const connected = Promise.withResolvers<Socket>();
  const front = createTcpServer((socket) => connected.resolve(socket));
  const port = await listen(front, { port: 0, host: '127.0.0.1' });
  const trusted = getCACertificates('default');
  setDefaultCACertificates([authority.caPem]);
  try {
    let asked = 0;
    const sent = send(() => void (asked += 1), new AbortController().signal, { protocol: 'https:', port });
    const socket = await connected.promise;
    await turns(20);
    expect(asked).toBe(0);
    socket.pipe(connect(at, '127.0.0.1')).pipe(socket);
    const { response } = await sent;
    expect([response.statusCode, asked]).toEqual([200, 1]);
    response.body.resume();
  } finally {
    setDefaultCACertificates(trusted);
    behind.closeAllConnections();
    for (const server of [front, behind]) server.close();
  }
});

it('writes a query as it is signed', async () => {
  const sent = send(() => {});
  await until('it has come', () => open.length === 1);
  open[0]?.end();
  await sent;
  expect(urls).toEqual(['/?a=1&a=2%20~&b=']);
});

it('reaches a host that is an IPv6 address', async () => {
  const there = createServer((_, response) => response.end('there'));
  const at = await listen(there, { port: 0, host: '::1' });
  const answer = await send(() => {}, new AbortController().signal, { hostname: '[::1]', port: at });
  expect(answer.response.statusCode).toBe(200);
  answer.response.body.resume();
  there.closeAllConnections();
  await new Promise((resolve) => there.close(resolve));
});

it('lets the connection go when a request is aborted in the middle of its answer', async () => {
  const abort = new AbortController();
  const sent = send(() => {}, abort.signal);
  await until('it has come', () => open.length === 1);
  open[0]?.writeHead(200, { 'content-length': '100' }).write('half');
  const { body } = (await sent).response;
  const broken = new Promise((resolve) => body.once('error', resolve));
  abort.abort(new Error('time is over'));
  await broken;
  const next = send(() => {});
  await until('it has come', () => open.length === 2);
  open[1]?.end();
  expect((await next).response.statusCode).toBe(200);
});

it('gives what aborted a request as the reason, and lets the next one have the connection', async () => {
  const abort = new AbortController();
  const aborted = send(() => {}, abort.signal);
  await until('it has come', () => open.length === 1);
  abort.abort(new Error('shutdown'));
  await expect(aborted).rejects.toThrow('shutdown');
  const next = send(() => {});
  await until('it has come', () => open.length === 2);
  open[1]?.writeHead(201, { 'x-many': ['a', 'b'] }).end();
  expect((await next).response).toMatchObject({ statusCode: 201, headers: { 'x-many': 'a, b' } });
});
