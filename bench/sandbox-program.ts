/** The sandbox as a process of its own, with the CRDs and a user's client. */
import { fileURLToPath } from 'node:url';
import { installCrds } from '../src/cli/operator-on-sandbox.ts';
import { programCall } from '../src/cli/program-call.ts';
import {
  createKubeClient,
  type KubeClient,
  KubeConnection,
  loadClusterConfig,
  namespaceKind,
} from '../src/kube/index.ts';
import type { SandboxInfo } from '../src/sandbox/index.ts';
import { NAMESPACE } from './fleet-manifests.ts';
import { type Program, startProgram } from './processes.ts';

const PROGRAM = fileURLToPath(new URL('../bin/cloud-manager.js', import.meta.url));
/** What has not happened by then never will. */
const LIMIT_MS = 60 * 60_000;

export interface SandboxProgram {
  readonly program: Program;
  readonly info: SandboxInfo;
  readonly user: KubeClient;
  stop(): Promise<void>;
}

export async function startSandboxProgram(flags: readonly string[]): Promise<SandboxProgram> {
  const program = startProgram([PROGRAM, 'sandbox', '--redis', 'off', '--output', 'json', ...flags]);
  const info = JSON.parse(await program.firstLine()) as SandboxInfo; // what the command documents
  const ending = new AbortController();
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: info.kubeconfig }));
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(LIMIT_MS)]);
  const user = createKubeClient(connection, programCall(signal, 'warn'));
  await installCrds(user);
  await user.create(namespaceKind, { metadata: { name: NAMESPACE } });
  return {
    program,
    info,
    user,
    stop: async () => {
      ending.abort(new Error('The benchmark is over'));
      connection.close();
      await program.stop();
    },
  };
}
