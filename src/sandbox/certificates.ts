// @peculiar/x509 resolves its parts through a reflection polyfill that the program has to load first.
// oxlint-disable-next-line import/no-unassigned-import -- imported for its effect, as said above
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate with its private key, both as PEM text. */
export interface CertifiedKey {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A certificate authority that lives as long as the process. */
export interface CertificateAuthority {
  readonly caPem: string;
  /** Issues a certificate for a server on these DNS names and IP addresses. */
  issueServer(commonName: string, hosts: readonly string[]): Promise<CertifiedKey>;
  /** Issues a certificate for a client: the common name is its user, the organisations are its groups. */
  issueClient(commonName: string, organizations: readonly string[]): Promise<CertifiedKey>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A sandbox is thrown away long before; a year keeps a laptop that sleeps for a month out of trouble. */
const VALID_MS = 365 * DAY_MS;

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key));
}

/** Twenty octets at most, positive, and not starting with zero: what strict verifiers accept (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  return `4${Buffer.from(bytes).toString('hex').slice(1)}`;
}

const isIpAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');

function escaped(name: string): string {
  return name.replaceAll(/[,+"\\<>;=]/g, (special) => `\\${special}`);
}

/**
 * Creates a certificate authority with keys made now.
 *
 * @param nowMs the wall time that the validity starts at (an hour earlier, so that a client whose clock is a little
 * behind trusts it too). TLS libraries compare it with the machine's real time.
 */
export async function createCertificateAuthority(commonName: string, nowMs: number): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const notBefore = new Date(nowMs - 3_600_000);
  const notAfter = new Date(nowMs + VALID_MS);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Told apart from every certificate that it issues: one of the same name would be taken for self-signed.
    name: `CN=${escaped(`${commonName} authority`)}`,
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  const issue = async (subject: string, extensions: x509.Extension[]): Promise<CertifiedKey> => {
    const leaf = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject,
      issuer: authority.subject,
      notBefore,
      notAfter,
      publicKey: leaf.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...extensions,
      ],
    });
    return { certificatePem: `${certificate.toString('pem')}\n`, privateKeyPem: await privateKeyPem(leaf.privateKey) };
  };

  return {
    caPem: `${authority.toString('pem')}\n`,
    issueServer: (name, hosts) =>
      issue(`CN=${escaped(name)}`, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          hosts.map((host) => ({ type: isIpAddress(host) ? 'ip' : 'dns', value: host })),
        ),
      ]),
    issueClient: (name, organizations) =>
      issue([`CN=${escaped(name)}`, ...organizations.map((one) => `O=${escaped(one)}`)].join(','), [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      ]),
  };
}
