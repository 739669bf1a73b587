import { timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { ServiceAccountTokens } from '../access/tokens.ts';
import type { User } from '../access/user.ts';
import { ANONYMOUS, AUTHENTICATED, CREDENTIAL_ID, MASTERS } from '../access/user.ts';
import type { Request } from './exchange.ts';

/** Finds out who sends a request. */
export interface Authenticator {
  /** Undefined when the credentials are wrong. Who has none is anonymous. */
  authenticate(request: Request): User | undefined;
}

/** Who holds the token of the sandbox's own kubeconfig. */
const ADMINISTRATOR: User = {
  name: 'kubernetes-admin',
  uid: undefined,
  groups: [MASTERS, AUTHENTICATED],
  extra: {},
};

/** Knows client certificates of the server's own authority, the bearer token of the kubeconfig, and those of service accounts. */
export function createAuthenticator(adminToken: string, tokens?: ServiceAccountTokens): Authenticator {
  const expected = Buffer.from(adminToken);
  return {
    authenticate(request) {
      // As in a real server a certificate settles it, whatever else is said.
      const certified = certifiedUser(request);
      if (certified) return certified;
      const token = bearerToken(request);
      if (token === undefined) return ANONYMOUS;
      const given = Buffer.from(token);
      if (given.length === expected.length && timingSafeEqual(given, expected)) return ADMINISTRATOR;
      const proof = tokens?.read(token);
      return proof && 'user' in proof ? proof.user : undefined;
    },
  };
}

/** Other schemes, and a scheme without a token, count as no credentials. */
function bearerToken({ headers }: Request): string | undefined {
  return /^bearer +(\S+)/i.exec(headers.authorization ?? '')?.[1];
}

/** A connection's certificate does not change while it lasts, and reading it is dear. */
const certified = new WeakMap<object, User | 'nobody'>();

function certifiedUser(request: Request): User | undefined {
  const connection = 'stream' in request ? request.stream.session : request.socket;
  if (!connection) return undefined;
  const known = certified.get(connection) ?? userOf('socket' in connection ? connection.socket : connection);
  certified.set(connection, known);
  return known === 'nobody' ? undefined : known;
}

/** The common name is the user, the organisations are its groups. */
function userOf(socket: unknown): User | 'nobody' {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return 'nobody';
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  // Without a certificate Node answers an empty object, whatever the type says.
  if ((subject as unknown) === undefined) return 'nobody';
  const { CN, O } = subject;
  return {
    name: [CN].flat()[0] ?? '',
    uid: undefined,
    groups: [...(O === undefined ? [] : [O].flat()), AUTHENTICATED],
    extra: { [CREDENTIAL_ID]: [`X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`] },
  };
}
