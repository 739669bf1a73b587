import type { Endpoint } from '../../aws/index.ts';

/** `host:port`; undefined while AWS shows no endpoint. */
export function addressOf(endpoint: Endpoint | undefined): string | undefined {
  return endpoint && `${endpoint.host}:${endpoint.port}`;
}
