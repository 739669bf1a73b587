import type { TestProject } from 'vitest/node';
import { cleanUpAfterRuns, prepareForRun } from './kube-run.ts';
import { connectRest } from './kube-rest.ts';
import { namedKube } from './named-kube.ts';
import { type KubeServerInfo, startRealKube } from './real-kube.ts';

interface ServerOfTheRun {
  readonly server: KubeServerInfo;
  readonly stop: () => Promise<void>;
}

/** Starts the server that all files of the run share, or takes the cluster that `TEST_KUBECONFIG` names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env['TEST_KUBECONFIG'];
  const { server, stop } = named === undefined ? await ownServer() : await namedServer(named);
  const { kubeconfig, kubeconfigPath, version, isOurs } = server;
  project.provide('kube', { kubeconfig, kubeconfigPath, version, isOurs });
  return stop;
}

async function ownServer(): Promise<ServerOfTheRun> {
  const server = await startRealKube();
  say(`Kubernetes ${server.version}, started for this run`);
  const rest = connectRest(server.kubeconfig);
  await prepareForRun(rest, { replace: false });
  rest.close();
  return { server, stop: () => server.stop() };
}

async function namedServer(path: string): Promise<ServerOfTheRun> {
  const server = await namedKube(path);
  say(`Kubernetes ${server.version} of ${path}`);
  say(
    'The run installs CRDs (of Cloud Manager, and some of its own), makes namespaces, and takes both away at the end',
  );
  const rest = connectRest(server.kubeconfig);
  await prepareForRun(rest, { replace: process.env['TEST_KUBE_REPLACE_CRDS'] === '1' });
  return {
    server,
    stop: async () => {
      const removed = await cleanUpAfterRuns(rest);
      rest.close();
      await server.stop();
      say(`Taken away again: ${removed.length} CRDs and namespaces`);
    },
  };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
