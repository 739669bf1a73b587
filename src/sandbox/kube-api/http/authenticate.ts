import { timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { Request } from './exchange.ts';

/** Decides who may ask. Whoever is known is the administrator. */
export interface Authenticator {
  admits(request: Request, path: string): boolean;
}

/** Paths that tell nothing but that the server is there; probes come without credentials. */
const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version'];

/** Knows the bearer token of the kubeconfig, and client certificates of the server's own authority. */
export function createAuthenticator(token: string): Authenticator {
  const expected = Buffer.from(`Bearer ${token}`);
  return {
    admits: (request, path) => {
      // As in a real server a certificate settles it, whatever else is said.
      if (hasClientCertificate(request)) return true;
      const given = Buffer.from(request.headers.authorization ?? '');
      if (given.length > 0) return given.length === expected.length && timingSafeEqual(given, expected);
      return PUBLIC_PATHS.some((one) => path === one || path.startsWith(`${one}/`));
    },
  };
}

/** A connection's certificate does not change while it lasts, and reading it is dear. */
const certified = new WeakMap<object, boolean>();

function hasClientCertificate(request: Request): boolean {
  const connection = 'stream' in request ? request.stream.session : request.socket;
  if (!connection) return false;
  const known = certified.get(connection);
  if (known !== undefined) return known;
  const socket = 'socket' in connection ? connection.socket : connection;
  const isCertified =
    socket instanceof TLSSocket && socket.authorized && Object.keys(socket.getPeerCertificate()).length > 0;
  certified.set(connection, isCertified);
  return isCertified;
}
