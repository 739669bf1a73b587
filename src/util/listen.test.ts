import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { isPortTaken, listen } from './listen.ts';

const servers = [createServer(), createServer()] as const;
const [first, second] = servers;

afterEach(() => servers.forEach((server) => server.close()));

it('gives the port, and leaves later errors to whoever listens for them', async () => {
  const port = await listen(first, { port: 0, host: '127.0.0.1' });
  expect(first.address()).toMatchObject({ port, address: '127.0.0.1' });
  expect(first.listenerCount('error')).toBe(0);
});

it('throws when the port is taken', async () => {
  const port = await listen(first, { port: 0, host: '127.0.0.1' });
  const error: unknown = await listen(second, { port, host: '127.0.0.1' }).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'EADDRINUSE', port });
  expect(isPortTaken(error)).toBe(true);
  expect(isPortTaken(new Error('EADDRINUSE'))).toBe(false);
});
