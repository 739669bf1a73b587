import type { AddressInfo, Server } from 'node:net';

/** Where to listen. */
export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Default: all interfaces. */
  readonly host?: string;
}

/**
 * Makes a server listen, and gives its port.
 *
 * *Throws* the system's error, such as for a port that is taken.
 */
export function listen(server: Server, { port, host }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      // From here on an error is nobody's start: it must not end in a promise that is settled.
      server.off('error', reject);
      // A server that listens on TCP has an address of this form.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Whether `error` is the system's for a port that somebody listens on already; `port` says which. */
export function isPortTaken(error: unknown): error is Error & { readonly port: number } {
  return error instanceof Error && 'port' in error && 'code' in error && error.code === 'EADDRINUSE';
}
