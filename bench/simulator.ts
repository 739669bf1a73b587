/**
 * How many requests a second the sandbox answers. It runs in a process of its own, and so does who asks; what limits is
 * mostly who asks, so the sandbox's own CPU time for a request is told as well.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeReplicationGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { redisClusterKind } from '../src/api/index.ts';
import { mergePatch } from '../src/kube/index.ts';
import { systemClock } from '../src/util/clock.ts';
import { type Benchmark, type BenchmarkOptions, type Figure, figure } from './figures.ts';
import { aCluster, NAMESPACE, nameOf } from './fleet-manifests.ts';
import { inParallel } from './in-parallel.ts';
import { type SandboxProgram, startSandboxProgram } from './sandbox-program.ts';

export const simulator: Benchmark = {
  name: 'simulator',
  what: '50 requests at a time: DescribeReplicationGroups by the AWS SDK, and CRUD of RedisClusters by the operator’s client',
  run: measure,
};

const REQUESTS = 2_000;

async function measure({ folder }: BenchmarkOptions): Promise<readonly Figure[]> {
  const world = join(folder, 'world.json');
  await writeFile(world, JSON.stringify({ throttling: 'off' }));
  const sandbox = await startSandboxProgram(['--world', world]);
  try {
    return [...(await askAws(sandbox)), ...(await askKube(sandbox))];
  } finally {
    await sandbox.stop();
  }
}

async function askAws({ program, info }: SandboxProgram): Promise<readonly Figure[]> {
  const { awsEndpoint: endpoint, region, accessKeyId, secretAccessKey } = info;
  const client = new ElastiCacheClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const describe = (): Promise<unknown> => client.send(new DescribeReplicationGroupsCommand({}));
  try {
    await inParallel(REQUESTS / 10, describe); // warms both compilers up
    return await rates(program, 'AWS: describe', REQUESTS, describe);
  } finally {
    client.destroy();
  }
}

async function askKube({ program, user }: SandboxProgram): Promise<readonly Figure[]> {
  const key = (index: number) => ({ namespace: NAMESPACE, name: nameOf(index) });
  const label = mergePatch({ metadata: { labels: { seen: 'yes' } } });
  const steps: readonly (readonly [name: string, task: (index: number) => Promise<unknown>])[] = [
    ['Kubernetes: create', (index) => user.create(redisClusterKind, aCluster(index))],
    ['Kubernetes: get', (index) => user.get(redisClusterKind, key(index))],
    ['Kubernetes: patch', (index) => user.patch(redisClusterKind, key(index), label)],
    ['Kubernetes: delete', (index) => user.delete(redisClusterKind, key(index))],
  ];
  const figures: Figure[] = [];
  for (const [name, task] of steps) figures.push(...(await rates(program, name, REQUESTS, task)));
  return figures;
}

async function rates(
  program: SandboxProgram['program'],
  name: string,
  count: number,
  task: (index: number) => Promise<unknown>,
): Promise<readonly Figure[]> {
  const before = program.usage();
  const startMs = systemClock.monotonicMs();
  await inParallel(count, task);
  const seconds = (systemClock.monotonicMs() - startMs) / 1000;
  const cpuSeconds = program.usage().cpuSeconds - before.cpuSeconds;
  return [
    figure(name, count / seconds, 'a second'),
    figure(`${name}, CPU of the sandbox`, (cpuSeconds * 1000) / count, 'ms'),
  ];
}
