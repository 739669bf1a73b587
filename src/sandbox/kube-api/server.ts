import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Http2SecureServer } from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { systemClock, type Cancel, type Clock } from '../../util/clock.ts';
import { listen } from '../../util/listen.ts';
import type { Logger } from '../../util/log.ts';
import type { CertificateAuthority, CertifiedKey } from '../certificates.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { bootstrap } from './background/bootstrap.ts';
import { definitionChore } from './background/definitions.ts';
import { createGarbageChore } from './background/garbage.ts';
import { startChores } from './background/loop.ts';
import { namespaceChore } from './background/namespaces.ts';
import { FaultPlan } from './faults.ts';
import { createAuthenticator } from './http/authenticate.ts';
import { handle } from './http/handler.ts';
import { Journal } from './journal.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { Registry } from './registry.ts';
import { MemoryStore } from './store.ts';

/*
 * The embedded Kubernetes API: one process, nothing installed, on loopback and over TLS.
 *
 * store.ts keeps objects and revisions; registry.ts says what is served; operations/ is what a request does, without any
 * HTTP; http/ is the wire; schema/ and patch/ are pure; background/ is what a cluster's controllers do by themselves.
 */

/** What an embedded Kubernetes API is made of. */
export interface KubeApiOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Default: 0, a free port. */
  readonly port?: number;
  /** A folder to write `kubeconfig` and `ca.crt` into. Default: none. */
  readonly dataDir?: string;
  /** An authority to issue the server's certificate. Default: one of its own. */
  readonly authority?: CertificateAuthority;
}

/** A running API server. */
export interface KubeApi {
  readonly url: string;
  readonly caPem: string;
  /** YAML, with certificates and token in it. */
  readonly kubeconfig: string;
  /** Where the kubeconfig was written; undefined without a `dataDir`. */
  readonly kubeconfigPath: string | undefined;
  readonly token: string;
  /** The client certificate that the kubeconfig holds. */
  readonly client: CertifiedKey;
  readonly faults: FaultPlan;
  readonly journal: Journal;
  /** The latest revision. */
  resourceVersion(): number;
  /** Forgets the history: watches and paged lists that start in the past are answered with 410. */
  compact(): void;
  /** Ends all open watches as the real server does now and then. */
  closeWatches(): void;
  /** Stops listening and breaks all connections; the state stays. Safe to repeat. */
  stop(): Promise<void>;
  /** Listens again, on the same port, with the same state. */
  start(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts an API server with the namespaces that every cluster has. */
export async function startKubeApi(options: KubeApiOptions): Promise<KubeApi> {
  const { clock, log } = options;
  // The machine's own time, whatever the clock says: TLS libraries judge certificates by it.
  const authority = options.authority ?? (await createCertificateAuthority('sandbox-kubernetes', systemClock.now()));
  const serverKey = await authority.issueServer('kube-apiserver', [HOST, 'localhost', 'kubernetes.default.svc']);
  const client = await authority.issueClient('kubernetes-admin', ['system:masters']);
  const token = randomBytes(24).toString('base64url');
  const store = new MemoryStore();
  const api = { store, registry: new Registry(store), clock };
  startChores(api, [definitionChore, namespaceChore, createGarbageChore(store)], log);
  bootstrap(api);
  const streams = new Set<Cancel>();
  const faults = new FaultPlan();
  const journal = new Journal();
  const authenticator = createAuthenticator(token);

  let listener: Listener | undefined;
  const start = async (port: number): Promise<number> => {
    const stopping = new AbortController();
    const deps = { api, log, authenticator, faults, journal, address: HOST, streams, signal: stopping.signal };
    const server = createSecureServer(
      {
        allowHTTP1: true,
        cert: serverKey.certificatePem,
        key: serverKey.privateKeyPem,
        ca: authority.caPem,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void handle(deps, request, response),
    );
    listener = await openListener(server, port, stopping);
    return listener.port;
  };
  const closeWatches = (): void => {
    for (const close of streams) close();
  };
  const port = await start(options.port ?? 0);
  const url = `https://${HOST}:${port}`;
  const kubeconfig = kubeconfigFor(url, authority.caPem, client, token);
  const kubeconfigPath = await writeFiles(options.dataDir, kubeconfig, authority.caPem);
  log.info({ url }, 'embedded Kubernetes API is listening');
  return {
    url,
    caPem: authority.caPem,
    kubeconfig,
    kubeconfigPath,
    token,
    client,
    faults,
    journal,
    resourceVersion: () => store.revision,
    compact: () => store.compact(),
    closeWatches,
    stop: async () => {
      const stopping = listener;
      listener = undefined;
      closeWatches();
      await stopping?.close();
    },
    start: async () => {
      if (!listener) await start(port);
    },
  };
}

interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

async function openListener(server: Http2SecureServer, port: number, stopping: AbortController): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Answers are small and many: waiting to fill a packet would cost each of them up to 40 ms.
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  const taken = await listen(server, { port, host: HOST });
  return {
    port: taken,
    close: () =>
      new Promise((resolve) => {
        stopping.abort(new Error('the server stops'));
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function writeFiles(folder: string | undefined, kubeconfig: string, caPem: string): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'kubeconfig');
  await writeFile(path, kubeconfig, { mode: 0o600 });
  await writeFile(join(folder, 'ca.crt'), caPem);
  return path;
}
