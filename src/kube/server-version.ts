import type { Call } from '../util/call.ts';
import type { KubeConnection } from './connection.ts';
import type { Operation } from './operation.ts';

/** Everybody who is known to the server may ask for it. */
const VERSION: Operation = {
  verb: 'get',
  authorizedAs: 'get',
  subresource: undefined,
  method: 'GET',
  path: '/version',
  isWrite: false,
  resource: 'version',
  namespace: '',
  name: '',
  mayQuote: true,
};

/** The version that the API server says of itself: `v1.36.3`. *Throws* {@link KubeApiError}, the call's abort reason. */
export async function serverVersion(connection: KubeConnection, call: Call): Promise<string> {
  // Every API server answers with an object.
  const { gitVersion } = (await connection.send(call, VERSION)) as { readonly gitVersion?: unknown };
  return typeof gitVersion === 'string' ? gitVersion : 'of an unknown version';
}
