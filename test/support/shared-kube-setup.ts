import type { TestProject } from 'vitest/node';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type KubeServerInfo, startRealKube, versionOf } from './real-kube.ts';

/** Starts the server that all files of the run share, or takes the cluster that `TEST_KUBECONFIG` names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await serverOfTheRun();
  const { kubeconfig, kubeconfigPath, version, isOurs } = server;
  process.stdout.write(`Kubernetes ${version}${isOurs ? '' : ` of ${kubeconfigPath}`}\n`);
  project.provide('kube', { kubeconfig, kubeconfigPath, version, isOurs });
  return stop;
}

async function serverOfTheRun(): Promise<{ readonly server: KubeServerInfo; readonly stop: () => Promise<void> }> {
  const named = process.env['TEST_KUBECONFIG'];
  if (named === undefined) {
    const server = await startRealKube();
    return { server, stop: () => server.stop() };
  }
  const kubeconfigPath = resolve(named);
  const kubeconfig = await readFile(kubeconfigPath, 'utf8');
  const server = { kubeconfig, kubeconfigPath, version: await versionOf(kubeconfig), isOurs: false };
  return { server, stop: async () => {} };
}
