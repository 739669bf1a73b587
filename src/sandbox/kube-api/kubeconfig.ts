import { stringify } from 'yaml';
import type { CertifiedKey } from '../certificates.ts';

/** A kubeconfig with everything in it, for kubectl and every client library. */
export function kubeconfigFor(server: string, caPem: string, client: CertifiedKey, token: string): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const name = 'sandbox';
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(caPem) } }],
      users: [
        {
          name: 'admin',
          user: {
            'client-certificate-data': base64(client.certificatePem),
            'client-key-data': base64(client.privateKeyPem),
            token,
          },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: 'admin', namespace: 'default' } }],
      'current-context': name,
    },
    { lineWidth: 0 },
  );
}
