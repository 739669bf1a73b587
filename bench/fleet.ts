/**
 * The story of a fleet: as many RedisClusters at once as asked for, each with a token, a parameter, a subnet group and a
 * security group of its own; then a restart of the operator; then the deletion of all.
 *
 * AWS is simulated, with its token buckets in real time. It has a group when 20 s have passed since it took the order.
 */
import { ipRangeKind, redisClusterKind, type RedisCluster, scopeKind } from '../src/api/index.ts';
import { isConditionTrue, type KubeClient } from '../src/kube/index.ts';
import type { JournalEntry } from '../src/sandbox/index.ts';
import { sleep, systemClock } from '../src/util/clock.ts';
import { bundleOperator } from '../tools/bundle.ts';
import { summaryOf } from './complaints.ts';
import { type Benchmark, type BenchmarkOptions, type Figure, figure } from './figures.ts';
import { aCluster, ipRange, NAMESPACE, scope } from './fleet-manifests.ts';
import { CREATING_MS, type FleetWorld, startFleetWorld } from './fleet-world.ts';
import { inParallel } from './in-parallel.ts';
import type { Program } from './processes.ts';

export const fleet: Benchmark = {
  name: 'fleet',
  what: 'RedisClusters created at once, kept over a restart of the operator, deleted; AWS needs 20 s for each',
  run: tellStory,
};

async function tellStory({ folder, objects, profileFolder }: BenchmarkOptions): Promise<readonly Figure[]> {
  const bundle = await bundleOperator(folder);
  const world = await startFleetWorld(folder, objects, profileFolder);
  const running: Program[] = [];
  const startOperator = async (): Promise<Program> => {
    const operator = await world.startOperator(bundle);
    running.push(operator);
    return operator;
  };
  try {
    const first = await startOperator();
    await prepare(world);
    const creation = await create(world, first, objects);
    const rest = await watchRest(first);
    const untilRestart = first.usage();
    await first.stop();
    await world.takeCalls();

    const second = await startOperator();
    const restart = await watchRestart(world, second, objects);
    const deletion = await remove(world, second, objects);
    const afterRestart = second.usage();
    return [
      ...creation,
      ...rest,
      ...restart,
      ...deletion,
      figure('all: CPU', untilRestart.cpuSeconds + afterRestart.cpuSeconds, 's'),
      figure('all: peak memory', Math.max(untilRestart.peakMiB, afterRestart.peakMiB), 'MiB'),
      figure('all: lines on standard error', running.flatMap(({ complaints }) => complaints).length),
      figure('bundle', bundle.bytes / 2 ** 20, 'MiB'),
    ];
  } finally {
    process.stderr.write(summaryOf(running.flatMap(({ complaints }) => complaints)));
    await Promise.all(running.map((operator) => operator.stop()));
    await world.stop();
  }
}

async function prepare(world: FleetWorld): Promise<void> {
  const { user } = world;
  await user.create(scopeKind, scope);
  const { metadata } = await user.create(ipRangeKind, ipRange);
  const watch = user.watch(ipRangeKind, { namespace: NAMESPACE, resourceVersion: metadata.resourceVersion });
  for await (const event of watch) {
    if (event.type !== 'BOOKMARK' && isConditionTrue(event.object, 'Ready')) break;
  }
  await world.takeCalls();
}

async function create(world: FleetWorld, operator: Program, objects: number): Promise<readonly Figure[]> {
  const { user } = world;
  const before = operator.usage();
  const startMs = systemClock.now();
  const { resourceVersion } = await user.list(redisClusterKind, { namespace: NAMESPACE });
  const seen = whenEach(user, resourceVersion, objects, isReady);
  await inParallel(objects, (index) => user.create(redisClusterKind, aCluster(index)));
  const readyAtMs = await Promise.race([seen, operator.failure]);
  const after = operator.usage();
  const calls = await world.takeCalls();
  const availableAtMs = calls
    .filter(({ operation, code }) => operation === 'CreateReplicationGroup' && code === 'OK')
    .map(({ time }) => Date.parse(time) + CREATING_MS);
  return [
    ...callFigures('create', calls, objects),
    figure('create: until the last is Ready', (Math.max(...readyAtMs) - startMs) / 1000, 's'),
    figure('create: last Ready behind AWS', (Math.max(...readyAtMs) - Math.max(...availableAtMs)) / 1000, 's'),
    figure('create: Ready behind AWS, mean', (mean(readyAtMs) - mean(availableAtMs)) / 1000, 's'),
    figure('create: CPU', after.cpuSeconds - before.cpuSeconds, 's'),
    figure('create: peak memory', after.peakMiB, 'MiB'),
    figure('create: memory at the end', after.residentMiB, 'MiB'),
  ];
}

/** What follows the last object that became Ready: status writes, and a garbage collection. */
const SETTLING_MS = 5_000;
const REST_MS = 15_000;

async function watchRest(operator: Program): Promise<readonly Figure[]> {
  await sleep(systemClock, SETTLING_MS);
  const before = operator.usage();
  await sleep(systemClock, REST_MS);
  const after = operator.usage();
  return [
    figure('rest: CPU', ((after.cpuSeconds - before.cpuSeconds) / REST_MS) * 60_000 * 1000, 'ms a minute'),
    figure('rest: memory', after.residentMiB, 'MiB'),
  ];
}

async function watchRestart(world: FleetWorld, operator: Program, objects: number): Promise<readonly Figure[]> {
  await world.whenQuiet();
  const { cpuSeconds, peakMiB } = operator.usage();
  return [
    ...callFigures('restart', await world.takeCalls(), objects),
    figure('restart: CPU', cpuSeconds, 's'),
    figure('restart: peak memory', peakMiB, 'MiB'),
  ];
}

async function remove(world: FleetWorld, operator: Program, objects: number): Promise<readonly Figure[]> {
  const { user } = world;
  const before = operator.usage();
  const startMs = systemClock.now();
  const { items, resourceVersion } = await user.list(redisClusterKind, { namespace: NAMESPACE });
  const seen = whenEach(user, resourceVersion, objects, (_, isGone) => isGone);
  await inParallel(items.length, async (index) => {
    const name = items[index]?.metadata.name;
    if (name !== undefined) await user.delete(redisClusterKind, { namespace: NAMESPACE, name });
  });
  const goneAtMs = await Promise.race([seen, operator.failure]);
  const after = operator.usage();
  return [
    ...callFigures('delete', await world.takeCalls(), objects),
    figure('delete: until the last is gone', (Math.max(...goneAtMs) - startMs) / 1000, 's'),
    figure('delete: CPU', after.cpuSeconds - before.cpuSeconds, 's'),
    figure('delete: peak memory', after.peakMiB, 'MiB'),
  ];
}

function isReady(object: RedisCluster, isGone: boolean): boolean {
  return !isGone && isConditionTrue(object, 'Ready');
}

/** When `holds` became true of each of so many objects. */
async function whenEach(
  user: KubeClient,
  resourceVersion: string,
  objects: number,
  holds: (object: RedisCluster, isGone: boolean) => boolean,
): Promise<readonly number[]> {
  const atMs = new Map<string, number>();
  let revision = resourceVersion;
  // A server ends watches now and then.
  for (;;) {
    for await (const event of user.watch(redisClusterKind, { namespace: NAMESPACE, resourceVersion: revision })) {
      if (event.type === 'BOOKMARK') {
        revision = event.resourceVersion;
        continue;
      }
      const { name, resourceVersion: seen } = event.object.metadata;
      revision = seen;
      if (!atMs.has(name) && holds(event.object, event.type === 'DELETED')) atMs.set(name, systemClock.now());
      if (atMs.size === objects) return [...atMs.values()];
    }
  }
}

function callFigures(phase: string, calls: readonly JournalEntry[], objects: number): readonly Figure[] {
  const throttled = calls.filter(({ code }) => /Throttl|RequestLimitExceeded/.test(code));
  const services = [...Map.groupBy(calls, ({ service }) => service)].toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  );
  report(phase, calls);
  return [
    figure(`${phase}: AWS calls an object`, calls.length / objects),
    ...services.map(([service, own]) => figure(`${phase}: of these ${service}`, own.length / objects)),
    figure(`${phase}: calls that AWS throttled`, throttled.length),
  ];
}

/** Which operations they were, for who wants to know why. */
function report(phase: string, calls: readonly JournalEntry[]): void {
  const counts = [...Map.groupBy(calls, ({ operation, code }) => `${operation} ${code}`)]
    .map(([what, own]) => ({ what, count: own.length }))
    .toSorted((left, right) => right.count - left.count);
  process.stderr.write(`${phase}: ${counts.map(({ what, count }) => `${what} ${count}`).join(', ')}\n`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
