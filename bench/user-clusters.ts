/**
 * The story of many users' clusters, each with a CloudResources, an IpRange and an AwsRedisInstance. Measured are
 *
 * - how long it takes from nothing until all are Ready, and after a restart until all are followed again;
 * - at rest: the operator's memory, CPU and connections, and what it asks of each cluster;
 * - with one in fifty clusters dead and one in ten changed at once: the time from the answer to the user's write until the
 *   control plane's API server shows the change to who watches there.
 */
import { awsRedisInstanceKind, cloudResourcesKind, redisInstanceKind, userIpRangeKind } from '../src/api/index.ts';
import { CONTROL_PLANE_NAMESPACE } from '../src/cli/user-clusters.ts';
import { isConditionTrue, type KubeClient, mergePatch } from '../src/kube/index.ts';
import type { JournalEntry } from '../src/sandbox/kube-api/journal.ts';
import { sleep, systemClock } from '../src/util/clock.ts';
import { bundleOperator } from '../tools/bundle.ts';
import { summaryOf } from './complaints.ts';
import { type Benchmark, type BenchmarkOptions, type Figure, figure, quantileOf, shown, spreadOf } from './figures.ts';
import { forEachOf } from './in-parallel.ts';
import { openConnectionsTo } from './open-connections.ts';
import { startOperatorProgram } from './operator-program.ts';
import type { Program, Usage } from './processes.ts';
import { cloudResources, ipRange, REDIS, redis, windowOf } from './user-clusters-manifests.ts';
import { AWS_SPEED, type FleetCluster, startUserClustersWorld, type UserClustersWorld } from './user-clusters-world.ts';

export const userClusters: Benchmark = {
  name: 'user-clusters',
  what: 'clusters of users with three objects each: joined, at rest, restarted, some dead while others change',
  // A thousand API servers are in this process.
  nodeFlags: ['--max-old-space-size=12288'],
  run: tellStory,
};

const SETTLING_MS = 10_000;
const ROUNDS = 5;
/** How often it is looked whether something has come to pass, where that costs nothing, and where a server is asked. */
const LOOK_MS = 100;
const ASK_MS = 2_000;
/** What has not happened by then never will. */
const LIMIT_MS = 30 * 60_000;

async function tellStory({ folder, clusters, restMs, profileFolder }: BenchmarkOptions): Promise<readonly Figure[]> {
  const bundle = await bundleOperator(folder);
  const world = await startUserClustersWorld(folder, clusters);
  process.stderr.write(`${clusters} API servers of users run\n`);
  const running: Program[] = [];
  const startOperator = async (): Promise<Program> => {
    const options = { awsSpeed: AWS_SPEED, flags: { clusters: 'remote' }, profileFolder };
    const operator = await startOperatorProgram(bundle, world.info, options);
    running.push(operator);
    return operator;
  };
  try {
    const first = await startOperator();
    await sleep(systemClock, SETTLING_MS);
    const empty = first.usage();
    const creation = told(await create(world, first));
    const followed = new Map(world.clusters.map((cluster) => [cluster, watchedIn(cluster)]));
    await first.stop();

    for (const cluster of world.clusters) cluster.forgetRequests();
    const startMs = systemClock.monotonicMs();
    const second = await startOperator();
    await until(second, LOOK_MS, () => world.clusters.every((one) => isSameSet(watchedIn(one), followed.get(one))));
    const joined = figure('restart: until all are followed', secondsSince(startMs), 's');
    await whenQuiet(world, second);
    const restart = told([joined, figure('restart: CPU until quiet', second.usage().cpuSeconds, 's')]);
    const [kinds] = followed.values();
    const rest = told(await watchRest(world, second, { followed: kinds?.size ?? 0, empty, restMs }));
    const changes = told(await changeWhileSomeAreDead(world, second));
    return [...creation, ...restart, ...rest, ...changes, figure('peak memory', second.usage().peakMiB, 'MiB')];
  } finally {
    process.stderr.write(summaryOf(running.flatMap(({ complaints }) => complaints)));
    await Promise.all(running.map((operator) => operator.stop()));
    await world.stop();
  }
}

/** A repetition takes half an hour: who waits sees how it goes. */
function told(figures: readonly Figure[]): readonly Figure[] {
  for (const { name, value, unit } of figures) process.stderr.write(`${name}: ${shown(value)} ${unit}\n`);
  return figures;
}

/** Announces all clusters, and writes in each what its users write when they can. */
async function create(world: UserClustersWorld, operator: Program): Promise<readonly Figure[]> {
  const startMs = systemClock.monotonicMs();
  await forEachOf(world.clusters, (cluster) => join(cluster, world, operator));
  const joined = figure('creation: until all are joined', secondsSince(startMs), 's');
  await untilRedisIsReady(world, operator);
  const ready = figure('creation: until all are Ready', secondsSince(startMs), 's');
  await whenQuiet(world, operator);
  await forEachOf(world.clusters, async ({ name, kube }) => {
    const object = await kube.get(awsRedisInstanceKind, REDIS);
    if (!isConditionTrue(object, 'Ready')) throw new Error(`The Redis of ${name} is not Ready`);
  });
  return [joined, ready, figure('creation: peak memory', operator.usage().peakMiB, 'MiB')];
}

async function join(cluster: FleetCluster, world: UserClustersWorld, operator: Program): Promise<void> {
  await cluster.announce(world.controlPlane);
  await until(operator, LOOK_MS, () => watchedIn(cluster).has(cloudResourcesKind.plural));
  await cluster.kube.create(cloudResourcesKind, cloudResources);
  await until(operator, LOOK_MS, () => watchedIn(cluster).has(awsRedisInstanceKind.plural));
  await cluster.kube.create(userIpRangeKind, ipRange);
  await cluster.kube.create(awsRedisInstanceKind, redis);
}

async function untilRedisIsReady({ controlPlane, clusters }: UserClustersWorld, operator: Program): Promise<void> {
  await until(operator, ASK_MS, async () => {
    const { items } = await controlPlane.list(redisInstanceKind, { namespace: CONTROL_PLANE_NAMESPACE });
    return items.filter((one) => isConditionTrue(one, 'Ready')).length === clusters.length;
  });
}

interface RestOptions {
  /** How many kinds are followed in a cluster. */
  readonly followed: number;
  /** Of an operator without clusters. */
  readonly empty: Usage;
  readonly restMs: number;
}

async function watchRest(
  { clusters }: UserClustersWorld,
  operator: Program,
  { followed, empty, restMs }: RestOptions,
): Promise<readonly Figure[]> {
  for (const cluster of clusters) cluster.forgetRequests();
  const before = operator.usage();
  await sleep(systemClock, restMs);
  const after = operator.usage();
  const requests = clusters.map((cluster) => cluster.requests);
  const connections = openConnectionsTo(operator.pid);
  const toEach = spreadOf(clusters.map(({ port }) => connections.get(port) ?? 0));
  const perCluster = ((after.residentMiB - empty.residentMiB) * 1024) / clusters.length;
  return [
    figure('rest: memory', after.residentMiB, 'MiB'),
    figure('rest: memory without clusters', empty.residentMiB, 'MiB'),
    figure('rest: memory a cluster', perCluster, 'KiB'),
    figure('rest: CPU', ((after.cpuSeconds - before.cpuSeconds) / restMs) * 60_000 * 1000, 'ms a minute'),
    figure('rest: kinds followed in a cluster', followed),
    figure('rest: connections to a cluster, at least', toEach.min),
    figure('rest: connections to a cluster, at most', toEach.max),
    figure('rest: time watched', restMs / 60_000, 'min'),
    figure('rest: requests to all clusters', requests.flat().length),
    figure('rest: requests to one cluster, at most', Math.max(...requests.map(({ length }) => length))),
    figure('rest: alike requests to one cluster, at most', Math.max(...requests.map(mostAlike))),
  ];
}

/** Two that are alike may be a poll. */
function mostAlike(requests: readonly JournalEntry[]): number {
  const kinds = Map.groupBy(requests, ({ verb, resource, name }) => `${verb} ${resource} ${name}`);
  return Math.max(0, ...[...kinds.values()].map(({ length }) => length));
}

async function changeWhileSomeAreDead(world: UserClustersWorld, operator: Program): Promise<readonly Figure[]> {
  const { clusters } = world;
  const dying = clusters.slice(0, Math.ceil(clusters.length / 50));
  const living = clusters.slice(dying.length);
  const changing = Math.ceil(clusters.length / 10);
  await Promise.all(dying.map((cluster, index) => cluster.die(index % 2 === 0 ? 'refuses' : 'silent')));
  const rounds: (readonly number[])[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    // Others in each round, as far as there are.
    const changed = Array.from({ length: changing }, (_, index) => living[(round * changing + index) % living.length]);
    const lags = await changeAtOnce(
      world,
      changed.filter((cluster) => cluster !== undefined),
      round,
    );
    rounds.push(lags);
    await whenQuiet(world, operator);
  }
  const all = rounds.flat();
  return [
    figure('change: clusters changed at once', changing),
    figure('change: clusters dead', dying.length),
    figure('change: p50', quantileOf(all, 0.5), 'ms'),
    figure('change: p99', quantileOf(all, 0.99), 'ms'),
    figure('change: p99 of the best round', Math.min(...rounds.map((lags) => quantileOf(lags, 0.99))), 'ms'),
    figure('change: p99 of the worst round', Math.max(...rounds.map((lags) => quantileOf(lags, 0.99))), 'ms'),
    figure('change: longest', Math.max(...all), 'ms'),
  ];
}

/** Changes a Redis in each cluster, and measures for each how long the control plane takes to show it. */
async function changeAtOnce(
  { controlPlane }: UserClustersWorld,
  changed: readonly FleetCluster[],
  round: number,
): Promise<readonly number[]> {
  const window = windowOf(round);
  const patch = mergePatch({ spec: { preferredMaintenanceWindow: window } });
  const { resourceVersion } = await controlPlane.list(redisInstanceKind, { namespace: CONTROL_PLANE_NAMESPACE });
  const seen = whenEachShows(controlPlane, resourceVersion, window, changed.length);
  const answeredAtMs = await Promise.all(
    changed.map(async ({ kube }) => {
      await kube.patch(awsRedisInstanceKind, REDIS, patch);
      return systemClock.monotonicMs();
    }),
  );
  const seenAtMs = await seen;
  // The control plane may show it before the user has read the answer.
  return changed.map(({ name }, index) => Math.max(0, (seenAtMs.get(name) ?? NaN) - (answeredAtMs[index] ?? NaN)));
}

/** When so many objects of the control plane first had the window, by the names of their Scopes. */
async function whenEachShows(
  controlPlane: KubeClient,
  resourceVersion: string,
  window: string,
  count: number,
): Promise<ReadonlyMap<string, number>> {
  const atMs = new Map<string, number>();
  const watch = controlPlane.watch(redisInstanceKind, { namespace: CONTROL_PLANE_NAMESPACE, resourceVersion });
  for await (const event of watch) {
    if (event.type === 'BOOKMARK') continue;
    const { scope, instance } = event.object.spec;
    const shows = instance.aws?.preferredMaintenanceWindow === window;
    if (shows && !atMs.has(scope.name)) atMs.set(scope.name, systemClock.monotonicMs());
    if (atMs.size === count) return atMs;
  }
  throw new Error(`Of ${count} changes ${atMs.size} were seen`);
}

/** The kinds that the operator has followed there. */
function watchedIn({ requests }: FleetCluster): ReadonlySet<string> {
  return new Set(requests.filter(({ verb }) => verb === 'watch').map(({ resource }) => resource));
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string> | undefined): boolean {
  return one.size === other?.size && one.isSubsetOf(other);
}

/** Resolves when nothing was asked of users' clusters and of AWS for a while; there is no event for it. */
async function whenQuiet(world: UserClustersWorld, operator: Program): Promise<void> {
  let last = -1;
  let sinceMs = systemClock.monotonicMs();
  await until(operator, ASK_MS, async () => {
    const now = world.clusters.reduce((sum, { requests }) => sum + requests.length, 0);
    if (now !== last || (await world.wasAwsAsked())) sinceMs = systemClock.monotonicMs();
    last = now;
    return systemClock.monotonicMs() - sinceMs >= SETTLING_MS;
  });
}

/** Looks again and again, while the operator runs. */
async function until(operator: Program, everyMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const startMs = systemClock.monotonicMs();
  while (!(await holds())) {
    operator.usage(); // throws when it has ended
    if (systemClock.monotonicMs() - startMs > LIMIT_MS) throw new Error('It never came to that');
    await sleep(systemClock, everyMs);
  }
}

function secondsSince(startMs: number): number {
  return (systemClock.monotonicMs() - startMs) / 1000;
}
