import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ClusterConfig } from '../../src/kube/config/cluster-config.ts';
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { aClusterConfig } from './fake-transport.ts';

export interface TlsServerOptions {
  readonly onRequest: (request: Http2ServerRequest, response: Http2ServerResponse) => void;
  /** What the server speaks. Default: `h2`. */
  readonly protocol?: 'h2' | 'http/1.1';
  readonly maxConcurrentStreams?: number;
  /** Asks for a client certificate, and takes any; only over `h2`. Default: false. */
  readonly requestsCertificate?: boolean;
}

/** A server of its own behind TLS, for what only real sockets show. */
export interface TlsServer {
  readonly config: ClusterConfig;
  /** Open TCP connections, and how many there ever were. */
  readonly connections: { open: number; ever: number };
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  /** From now on not a byte goes through, in either direction, and nothing is closed. */
  freeze(): void;
  /** Breaks all connections. */
  reset(): void;
  close(): Promise<void>;
}

export async function startTlsServer(options: TlsServerOptions): Promise<TlsServer> {
  // TLS compares validities with the machine's own time.
  const authority = await createCertificateAuthority('test', Date.now());
  const pair = await authority.issueServer('localhost', ['127.0.0.1', 'localhost']);
  const sessions = new Set<ServerHttp2Session>();
  const key = { key: pair.privateKeyPem, cert: pair.certificatePem };
  const server =
    options.protocol === 'http/1.1'
      ? createHttpsServer(key)
      : createSecureServer({
          ...key,
          requestCert: options.requestsCertificate ?? false,
          rejectUnauthorized: false,
          settings: { maxConcurrentStreams: options.maxConcurrentStreams ?? 250 },
        });
  server.on('request', options.onRequest);
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  const connections = { open: 0, ever: 0 };
  const sockets = new Set<Socket>();
  // Connections are taken in front of TLS, so that they can be counted, frozen and broken.
  const front = createServer((socket) => {
    connections.open += 1;
    connections.ever += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
    server.emit('connection', socket);
  });
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
  const { port } = front.address() as AddressInfo;
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    config: aClusterConfig({
      server: new URL(`https://127.0.0.1:${port}`),
      certificateAuthority: { text: authority.caPem },
    }),
    connections,
    sessions,
    freeze: () => {
      for (const socket of sockets) socket.pause();
      for (const socket of sockets) socket.cork();
    },
    reset,
    close: async () => {
      const closed = new Promise((resolve) => {
        front.close(resolve);
      });
      reset();
      await closed;
    },
  };
}
