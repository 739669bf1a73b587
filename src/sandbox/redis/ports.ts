import { createServer } from 'node:net';
import { HOST } from './addresses.ts';

/**
 * Ports of nodes; the bus of a cluster is 10,000 higher. Both lie below the ports that systems give to outgoing
 * connections (from 32,768 on), so that nobody takes them between our look and the server's start.
 */
const FIRST_PORT = 17_000;
const LAST_PORT = 22_500;
export const BUS_OFFSET = 10_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

let nextPort = FIRST_PORT + ((process.pid * 37) % (LAST_PORT - FIRST_PORT));

/** Several sandboxes of one machine start at different places and step over what others have. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < LAST_PORT - FIRST_PORT; tries++) {
    const port = nextPort;
    nextPort = nextPort >= LAST_PORT ? FIRST_PORT : nextPort + 1;
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
  throw new Error(`No free port from ${FIRST_PORT} to ${LAST_PORT}`);
}
