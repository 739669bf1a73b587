import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createHealthApp, startHealthServer } from './health-server.ts';

const ask = async (path: string, sources = { isReady: true, problems: [] as string[] }, registry = new Registry()) => {
  const response = await createHealthApp(sources, registry).request(path);
  return [response.status, await response.text()];
};

describe('the health endpoints', () => {
  it('are alive also while not ready: a restart would not mend an API server', async () => {
    expect(await ask('/healthz', { isReady: false, problems: ['away'] })).toEqual([200, 'ok']);
  });

  it('are ready when the manager is, and tell what is amiss', async () => {
    expect(await ask('/readyz')).toEqual([200, 'ready']);
    const problems = ['one: widgets: not listed yet'];
    expect(await ask('/readyz', { isReady: false, problems })).toEqual([
      503,
      'not ready\none: widgets: not listed yet',
    ]);
    expect(await ask('/readyz', { isReady: true, problems })).toEqual([200, 'ready\none: widgets: not listed yet']);
  });

  it('give the metrics of the registry', async () => {
    const registry = new Registry();
    new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);
    expect((await ask('/metrics', undefined, registry))[1]).toContain('things_total 3');
  });
});

it('the server answers on the port that it took, and closes although a client stays', async () => {
  const sources = { isReady: true, problems: [] };
  const server = await startHealthServer({ sources, registry: new Registry(), port: 0, host: '127.0.0.1' });
  const answer = await new Promise<string>((resolve, reject) => {
    const sent = request({ port: server.port, host: '127.0.0.1', path: '/readyz', agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    sent.setHeader('connection', 'keep-alive');
    sent.on('error', reject);
    sent.end();
  });
  expect(answer).toBe('ready');
  const again = startHealthServer({ sources, registry: new Registry(), port: server.port, host: '127.0.0.1' });
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await server.close();
});
