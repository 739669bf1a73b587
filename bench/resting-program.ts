/**
 * A manager over objects that are as asked, as a process of its own: `resting-program.ts KUBECONFIG`. Prints one line of JSON
 * when all objects are known and were looked at, and stays.
 */
import { KubeConnection, loadClusterConfig } from '../src/kube/index.ts';
import { Manager } from '../src/runtime/index.ts';
import { systemClock } from '../src/util/clock.ts';
import { restingController } from './rest.ts';

/** What the line says. */
export interface Rested {
  /** From the start of the manager until all objects are known. */
  readonly syncedSeconds: number;
  /** From the start of the manager until each object was looked at. */
  readonly lookedAtSeconds: number;
  /** What is alive, after a garbage collection. */
  readonly heapMiB: number;
}

const LIMIT_MS = 1_200_000;
const [kubeconfig = ''] = process.argv.slice(2);
const startMs = systemClock.monotonicMs();
const seconds = (): number => (systemClock.monotonicMs() - startMs) / 1000;
const manager = new Manager({ controllers: [restingController()] });
manager.addCluster(new KubeConnection(loadClusterConfig({ kubeconfig })));
await manager.start(AbortSignal.timeout(LIMIT_MS));
const syncedSeconds = seconds();
await manager.whenIdle(AbortSignal.timeout(LIMIT_MS));
const lookedAtSeconds = seconds();
globalThis.gc?.();
const rested: Rested = { syncedSeconds, lookedAtSeconds, heapMiB: process.memoryUsage().heapUsed / 2 ** 20 };
process.stdout.write(`${JSON.stringify(rested)}\n`);
