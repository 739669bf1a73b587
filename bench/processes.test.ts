import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';

const PROCESSES = new URL('processes.ts', import.meta.url).href;

/** Starts, as a benchmark does, a program that lives for as long as its connection to `port` does. */
const BENCHMARK = `
  const { startProgram } = await import('${PROCESSES}');
  startProgram(['-e', \`require('node:net').connect(\${process.argv[1]}).on('error', () => {})\`]);
`;

it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('a program ends with its benchmark, also by %s', async (signal) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const benchmark = spawn(process.execPath, ['--input-type=module', '-e', BENCHMARK, String(port)]);
  const [connection] = (await once(server, 'connection')) as [Socket];
  try {
    const closed = once(connection.resume(), 'close', { signal: AbortSignal.timeout(10_000) });
    benchmark.kill(signal);
    expect(await closed).toEqual([false]);
  } finally {
    connection.destroy();
    server.close();
  }
});
