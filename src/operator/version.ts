import { readFileSync } from 'node:fs';

/** The version of this package. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  // It is the package's own, without which npm would not have installed it.
  return (manifest as { version: string }).version;
}
