import type { Endpoint } from '../../aws/index.ts';
import type { RedisObject } from './redis-kind.ts';

/** `host:port`; undefined while AWS shows no endpoint. */
export function addressOf(endpoint: Endpoint | undefined): string | undefined {
  return endpoint && `${endpoint.host}:${endpoint.port}`;
}

/** Where clients begin, as the latest status has it; undefined while it shows no address. */
export function addressIn({ status }: RedisObject): string | undefined {
  return status?.discoveryEndpoint ?? status?.primaryEndpoint;
}
