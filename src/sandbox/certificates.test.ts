import { X509Certificate, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCertificateAuthority } from './certificates.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('createCertificateAuthority', () => {
  it('issues certificates that are never taken for self-signed, whatever name they bear', async () => {
    const authority = await createCertificateAuthority('sandbox', NOW);
    const { certificatePem } = await authority.issueClient('sandbox', []);
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subject).not.toBe(certificate.issuer);
    expect(certificate.checkIssued(new X509Certificate(authority.caPem))).toBe(true);
  });

  it('issues certificates for servers that clients verify by name and address', async () => {
    const authority = await createCertificateAuthority('test', NOW);
    const { certificatePem, privateKeyPem } = await authority.issueServer('server', ['localhost', '127.0.0.1']);
    const certificate = new X509Certificate(certificatePem);
    const ca = new X509Certificate(authority.caPem);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
    expect([ca.ca, certificate.ca]).toEqual([true, false]);
  });

  it('writes user and groups into certificates for clients', async () => {
    const authority = await createCertificateAuthority('test', NOW);
    const { certificatePem } = await authority.issueClient('some, one', ['group:a']);
    const { subject } = new X509Certificate(certificatePem);
    expect(subject.split('\n')).toEqual(['CN=some\\, one', 'O=group:a']);
  });

  it('is trusted by clients whose clock is a little behind, and for a year', async () => {
    const { caPem } = await createCertificateAuthority('test', NOW);
    const { validFromDate, validToDate } = new X509Certificate(caPem);
    expect(validFromDate.getTime()).toBe(NOW - 3_600_000);
    expect(validToDate.getTime() - NOW).toBe(365 * 86_400_000);
  });
});
