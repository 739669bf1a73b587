import { mkdir, writeFile } from 'node:fs/promises';
import type { Http2SecureServer } from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../util/clock.ts';
import { messageOf } from '../../util/error-message.ts';
import { listen } from '../../util/listen.ts';
import type { Logger } from '../../util/log.ts';
import type { CertificateAuthority, CertifiedKey } from '../certificates.ts';
import { createCore } from './core.ts';
import type { FaultPlan } from './faults.ts';
import { handle } from './http/handler.ts';
import { HOST, identityFrom } from './identity.ts';
import type { Journal } from './journal.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { DataFolderError, StateFile } from './state-file.ts';

/*
 * The embedded Kubernetes API: one process, nothing installed, on loopback and over TLS.
 *
 * store.ts keeps objects and revisions; registry.ts says what is served; operations/ is what a request does, without any
 * HTTP; http/ is the wire; schema/ and patch/ are pure; background/ is what a cluster's controllers do by themselves.
 */

/** What an embedded Kubernetes API is made of. */
export interface KubeApiOptions {
  /** Dates objects, ends tokens and delays by faults. */
  readonly clock: Clock;
  /** Ends watches, and lets them tell where they are. Default: `clock`. */
  readonly wireClock?: Clock;
  readonly log: Logger;
  /** Default: 0, a free port. */
  readonly port?: number;
  /** A folder to write `kubeconfig` and `ca.crt` into. Default: none. */
  readonly dataDir?: string;
  /**
   * Whether objects, certificates, token and port are kept in `dataDir` over restarts, also when the process is killed.
   * One process at a time has them. Default: false.
   */
  readonly keepsState?: boolean;
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

/**
 * Starts an API server with the namespaces that every cluster has, and with what was kept.
 *
 * *Throws* {@link DataFolderError} when the folder is another process's, or its port is taken.
 */
export async function startKubeApi(options: KubeApiOptions): Promise<KubeApi> {
  const { clock, log } = options;
  const state = stateOf(options);
  const identity = await identityFrom(state, options.authority);
  const { caPem, client, token } = identity;
  const { store, deps, closeWatches } = createCore({
    clock,
    wireClock: options.wireClock ?? clock,
    log,
    identity,
    state,
  });
  const { faults, journal } = deps;

  let listener: Listener | undefined;
  const start = async (port: number): Promise<number> => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const server = createSecureServer(
      {
        allowHTTP1: true,
        cert: identity.server.certificatePem,
        key: identity.server.privateKeyPem,
        ca: caPem,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void handle({ ...deps, signal }, request, response),
    );
    listener = await openListener(server, port, stopping);
    return listener.port;
  };
  const port = await startOnKeptPort(start, options, state);
  const url = `https://${HOST}:${port}`;
  const kubeconfig = kubeconfigFor(url, caPem, client, token);
  const kubeconfigPath = await writeFiles(options.dataDir, kubeconfig, caPem);
  log.info({ url }, 'embedded Kubernetes API is listening');
  return {
    url,
    caPem,
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
      state?.close();
    },
    start: async () => {
      state?.open();
      if (!listener) await start(port);
    },
  };
}

function stateOf({ dataDir, keepsState = false }: KubeApiOptions): StateFile | undefined {
  return dataDir === undefined || !keepsState ? undefined : new StateFile(dataDir);
}

const PORT = 'port';

/** Kubeconfigs name the port, so a kept state keeps it too, unless another one is asked for. */
async function startOnKeptPort(
  start: (port: number) => Promise<number>,
  { port, dataDir }: KubeApiOptions,
  state: StateFile | undefined,
): Promise<number> {
  const kept = Number(state?.fact(PORT) ?? 0);
  try {
    const taken = await start(port ?? kept);
    if (taken !== kept) state?.putFact(PORT, String(taken));
    return taken;
  } catch (error) {
    state?.close();
    if (port !== undefined || kept === 0) throw error;
    const why = `The port ${kept}, which kubeconfigs of the data folder ${dataDir ?? ''} name, cannot be taken`;
    throw new DataFolderError(`${why}: ${messageOf(error)}; free it, or ask for another one`, { cause: error });
  }
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
