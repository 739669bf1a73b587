import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface ServerBinary {
  readonly path: string;
  /** `redis-server` or `valkey-server` */
  readonly name: string;
  readonly version: string;
  readonly major: number;
}

const NAMES = ['redis-server', 'valkey-server'];
const run = promisify(execFile);

async function isExecutable(path: string): Promise<boolean> {
  // Any error means that it cannot be run, which is the answer.
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first of the names in the folders of `searchPath`, with its version; undefined when there is none. */
export async function findServerBinary(searchPath: string): Promise<ServerBinary | undefined> {
  for (const name of NAMES) {
    for (const folder of searchPath.split(delimiter).filter((one) => one !== '')) {
      const path = join(folder, name);
      if (!(await isExecutable(path))) continue;
      const { stdout } = await run(path, ['--version']);
      const version = /v=(\d[\w.]*)/.exec(stdout)?.[1] ?? 'unknown';
      return { path, name, version, major: Number.parseInt(version, 10) || 0 };
    }
  }
  return undefined;
}
