import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { ClusterConfig } from '../config/cluster-config.ts';
import { readMaterial } from '../config/identity.ts';
import { codeOf, TransportError } from './transport.ts';

export interface Dialed {
  readonly socket: Socket;
  readonly protocol: 'h2' | 'http/1.1';
}

/**
 * Opens a connection and lets the server choose the protocol (ALPN). Certificates and CA are read anew, so that what
 * rotated on disk holds from here on. Without TLS (`kubectl proxy`) it is HTTP/1.1.
 *
 * *Throws* {@link TransportError}, `KubeConfigError`, and the signal's reason.
 */
export async function dial(config: ClusterConfig, signal: AbortSignal): Promise<Dialed> {
  const { hostname, protocol } = config.server;
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = Number(config.server.port || (protocol === 'https:' ? 443 : 80));
  if (protocol === 'http:') {
    return { socket: await connected(connectPlain({ host, port }), 'connect', signal), protocol: 'http/1.1' };
  }
  const socket = connectTls({ host, port, ...(await tlsOptions(config, host, signal)) });
  await connected(socket, 'secureConnect', signal);
  return { socket, protocol: socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1' };
}

async function tlsOptions(config: ClusterConfig, host: string, signal: AbortSignal): Promise<ConnectionOptions> {
  const authority = config.certificateAuthority && (await readMaterial(config.certificateAuthority));
  const pair = await config.identity.clientCertificate(signal);
  const serverName = config.serverName ?? host;
  return {
    ALPNProtocols: ['h2', 'http/1.1'],
    rejectUnauthorized: config.verifyServer,
    ...(authority !== undefined && { ca: authority }),
    ...(pair !== undefined && { cert: pair.certificate, key: pair.key }),
    // SNI may not hold an IP address; the certificate is then checked against the address itself.
    ...(/^[\d.]+$|:/.test(serverName) ? {} : { servername: serverName }),
  };
}

function connected<S extends Socket | TLSSocket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.removeAllListeners();
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: unknown): void => {
      settle(() => reject(error));
      // A socket that fails after it was given up must not end the process.
      socket.on('error', () => {});
      socket.destroy();
    };
    const onAbort = (): void => fail(signal.reason);
    socket.setNoDelay(true);
    socket.once(event, () => settle(() => resolve(socket)));
    socket.once('error', (error) => fail(new TransportError(`cannot connect (${codeOf(error)})`, false, error)));
    socket.once('close', () => fail(new TransportError('cannot connect (closed)', false)));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
