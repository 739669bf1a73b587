import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { turns, until } from '../../test/support/virtual-time.ts';
import { listen } from '../util/listen.ts';
import { createTransportPool, type TransportPool } from './transport.ts';

let server: Server;
let port: number;
let pool: TransportPool;
/** Requests that wait for their answer. */
let open: ServerResponse[];
let arrived: number;

beforeEach(async () => {
  open = [];
  arrived = 0;
  server = createServer((_, response) => {
    arrived += 1;
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

function send(beforeSocket: () => void, abortSignal = new AbortController().signal) {
  // As much of the SDK's request as is looked at.
  const request = {
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    method: 'POST',
    path: '/',
    query: { a: ['1', '2'], b: null },
    headers: {},
    body: 'body',
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
