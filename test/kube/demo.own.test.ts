import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { connectRest } from '../support/kube-rest.ts';
import { startRealKube } from '../support/real-kube.ts';
import { sharedKube } from '../support/shared-kube.ts';

const PROGRAM = new URL('../../bin/cloud-manager.js', import.meta.url).pathname;

function demo(...args: readonly string[]): Promise<{ readonly code: number | string; readonly said: string }> {
  const all = [PROGRAM, 'demo', '--speed', 'max', '--redis', 'responder', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, (error, out, err) => resolve({ code: error?.code ?? 0, said: out + err }));
  });
}

it.each(['redis', 'network', 'app'])(
  'plays the story %s on kube-apiservers that it starts itself',
  async (story) => {
    const { code, said } = await demo(story, '--kubernetes', 'envtest');
    expect(said).toContain('On a real kube-apiserver');
    expect(said).toContain('All steps were observed');
    expect(code).toBe(0);
  },
  120_000,
);

/** Lists of what the demo might leave behind; the server has Leases of its own in `kube-system`. */
const PATHS = [
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/coordination.k8s.io/v1/leases?fieldSelector=metadata.namespace!%3Dkube-system',
  '/api/v1/namespaces',
];

it("plays on somebody's cluster, and leaves nothing of its own there", async () => {
  const server = await startRealKube();
  const rest = connectRest(server.kubeconfig);
  const left = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    for (const path of PATHS) {
      const items = (await rest.send('GET', path)).body['items'] as readonly { metadata: Metadata }[];
      const staying = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      names.push(...staying.map(({ metadata }) => metadata.name));
    }
    return names;
  };
  try {
    const before = await left();
    const { code, said } = await demo('--kubernetes', server.kubeconfigPath);
    expect(said).toContain('All steps were observed');
    expect(said).toContain('taken away again');
    expect(code).toBe(0);
    expect(await left()).toEqual(before);
  } finally {
    rest.close();
    await server.stop();
  }
});

interface Metadata {
  readonly name: string;
  readonly deletionTimestamp?: string;
}

it('touches no cluster in which an operator may be at work', async () => {
  const { code, said } = await demo('--kubernetes', sharedKube().kubeconfigPath);
  expect(said).toContain('CustomResourceDefinition scopes.cloud-control.kyma-project.io');
  expect(said).toContain('Give it a cluster without them');
  expect(code).toBe(2);
});
