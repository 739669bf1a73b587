import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How to connect, as the mounted Secret says. */
export interface Way {
  readonly host: string;
  readonly port: number;
  /** Undefined when the server asks for none. */
  readonly authToken: string | undefined;
  /** PEM of the authority that signed the server's certificate. */
  readonly caPem: string;
}

/** Reads the files of a mounted connection Secret. */
export async function readWay(folder: string): Promise<Way> {
  const [host = '', port = '', authToken = '', caPem = ''] = await Promise.all(
    ['host', 'port', 'authString', 'ca.crt'].map((key) => readFile(join(folder, key), 'utf8')),
  );
  return { host, port: Number(port), authToken: authToken || undefined, caPem };
}
