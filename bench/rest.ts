/**
 * What the runtime costs while nothing changes: passes over objects that are as asked, and the memory that an object
 * takes in informer and queue. The passes ask AWS nothing, so this is the runtime alone; the API server runs in a process
 * of its own.
 */
import { redisClusterKind, type RedisCluster } from '../src/api/index.ts';
import { sequence, stopWithRequeueDelay, type Action, next } from '../src/composed/index.ts';
import { KubeConnection, loadClusterConfig } from '../src/kube/index.ts';
import { controller, Manager, reconcilePipeline } from '../src/runtime/index.ts';
import { systemClock } from '../src/util/clock.ts';
import { type Benchmark, type Figure, figure } from './figures.ts';
import { aCluster } from './fleet-manifests.ts';
import { inParallel } from './in-parallel.ts';
import { startSandboxProgram } from './sandbox-program.ts';

export const rest: Benchmark = {
  name: 'rest',
  what: 'passes over 100 and 1,000 RedisClusters with nothing to do, and the memory of an object',
  nodeFlags: ['--expose-gc'],
  run: async () => {
    const figures: Figure[] = [];
    for (const objects of [100, 1_000]) figures.push(...(await measure(objects)));
    return figures;
  },
};

const MEASURED_MS = 3_000;
const HOUR_MS = 3_600_000;

async function measure(objects: number): Promise<readonly Figure[]> {
  const server = await startSandboxProgram(['--aws', 'off']);
  try {
    await inParallel(objects, (index) => server.user.create(redisClusterKind, aCluster(index)));
    const before = heapMiB();
    const manager = new Manager({ controllers: [restingController()] });
    manager.addCluster(new KubeConnection(loadClusterConfig({ kubeconfig: server.info.kubeconfig })));
    const signal = AbortSignal.timeout(60_000);
    await manager.start(signal);
    await manager.whenIdle(signal);
    const heldMiB = heapMiB() - before;
    const passes = await passesASecond(manager, objects, signal);
    await manager.stop();
    return [
      figure(`passes over ${objects} objects`, passes, 'a second'),
      figure(`memory of ${objects} objects`, (heldMiB * 1024) / objects, 'KiB each'),
    ];
  } finally {
    await server.stop();
  }
}

async function passesASecond(manager: Manager, objects: number, signal: AbortSignal): Promise<number> {
  let rounds = 0;
  const startMs = systemClock.monotonicMs();
  while (systemClock.monotonicMs() - startMs < MEASURED_MS) {
    manager.wake(() => true);
    await manager.whenIdle(signal);
    rounds++;
  }
  return (rounds * objects * 1000) / (systemClock.monotonicMs() - startMs);
}

/** Written by the first pass, and said again by all later ones. */
const STATUS = {
  state: 'Ready',
  nodeType: 'cache.t4g.small',
  engineVersion: '7.1.0',
  shardCount: 1,
  replicasPerShard: 1,
  discoveryEndpoint: 'clustercfg.redis-0000.sandbox.cache.amazonaws.com:6379',
  authSecret: { name: 'redis-0000' },
  conditions: [{ type: 'Ready', status: 'True', reason: 'Ready', message: 'Redis is as asked.' }],
} as const;

/** As a Redis rests: some actions that find all as asked, a status that says the same as before, and a later look. */
export function restingController() {
  const looks: readonly Action<RedisCluster>[] = Array.from(
    { length: 6 },
    () =>
      function look() {
        return next;
      },
  );
  const pipeline = sequence<RedisCluster>('rest', ...looks, function wait() {
    return stopWithRequeueDelay(HOUR_MS, 'all is as asked');
  });
  return controller({
    kind: redisClusterKind,
    workers: 500,
    reconcile: (object, pass) =>
      reconcilePipeline(pipeline, object, pass, () => ({
        ...STATUS,
        id: `cm-${object.metadata.uid}`,
      })),
  });
}

/** Collects what can be collected; Node runs with `--expose-gc`. */
function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
