import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../util/listen.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import type { AwsOptions } from './options.ts';
import { awsServerDate } from './server-time.ts';

let server: Server;
let options: AwsOptions;

beforeEach(async () => {
  server = createServer();
  const port = await listen(server, { port: 0, host: '127.0.0.1' });
  options = { credentials: { kind: 'default-chain' }, region: 'eu-central-1', endpoint: `http://127.0.0.1:${port}` };
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('the time of AWS', () => {
  it('is the date of an answer, whatever that is', async () => {
    const clock = new VirtualClock();
    server.on('request', (_request, response) => response.writeHead(403, { date: 'some day' }).end());
    const { signal } = new AbortController();
    expect(await awsServerDate(options, { clock, deadlineMs: 30_000, signal })).toBe('some day');
    expect(clock.pending).toBe(0);
  });

  it('cannot be had where nobody listens, which is said with address and code', async () => {
    const gone = createServer();
    const port = await listen(gone, { port: 0, host: '127.0.0.1' });
    gone.close();
    await once(gone, 'close');
    const elsewhere = { ...options, endpoint: `http://127.0.0.1:${port}` };
    const { signal } = new AbortController();
    await expect(awsServerDate(elsewhere, { clock: new VirtualClock(), deadlineMs: 30_000, signal })).rejects.toThrow(
      `AWS at 127.0.0.1:${port} is not reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it('is not waited for longer than the call may take', async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const asked = once(server, 'request');
    const date = awsServerDate(options, { clock, deadlineMs: clock.monotonicMs() + 30_000, signal });
    await asked;
    clock.advance(30_000);
    await expect(date).rejects.toThrow('AWS does not answer in time');
  });
});
