import { randomBytes } from 'node:crypto';
import { systemClock } from '../../util/clock.ts';
import { type CertificateAuthority, type CertifiedKey, createCertificateAuthority } from '../certificates.ts';
import { createTokenKey } from './access/tokens.ts';
import type { StateFile } from './state-file.ts';

/** By what clients know the server, and it knows them: all that stands in a kubeconfig, and the key behind it. */
export interface Identity {
  readonly caPem: string;
  readonly server: CertifiedKey;
  readonly client: CertifiedKey;
  readonly token: string;
  /** By which tokens of service accounts are signed. */
  readonly tokenKeyPem: string;
}

export const HOST = '127.0.0.1';

/** Makes an identity of its own, or one that `authority` vouches for. */
async function createIdentity(given?: CertificateAuthority): Promise<Identity> {
  // The machine's own time, whatever the clock says: TLS libraries judge certificates by it.
  const authority = given ?? (await createCertificateAuthority('sandbox-kubernetes', systemClock.now()));
  return {
    caPem: authority.caPem,
    server: await authority.issueServer('kube-apiserver', [HOST, 'localhost', 'kubernetes.default.svc']),
    client: await authority.issueClient('kubernetes-admin', ['system:masters']),
    token: randomBytes(24).toString('base64url'),
    tokenKeyPem: createTokenKey(),
  };
}

const FACT = 'identity';
/** Certificates are valid for a year; a server that starts with one should not meet its end. */
const RENEW_MS = 300 * 86_400_000;

/** The identity that is kept, so that kubeconfigs stay valid; a new one where there is none, or it grows old. */
export async function identityFrom(
  state: StateFile | undefined,
  authority: CertificateAuthority | undefined,
): Promise<Identity> {
  const text = state?.fact(FACT);
  if (text !== undefined) {
    // As it was written below.
    const { madeMs, ...kept } = JSON.parse(text) as Identity & { readonly madeMs: number };
    if (systemClock.now() - madeMs < RENEW_MS) return kept;
  }
  const identity = await createIdentity(authority);
  state?.putFact(FACT, JSON.stringify({ ...identity, madeMs: systemClock.now() }));
  return identity;
}
