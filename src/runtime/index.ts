export {
  type Cluster,
  controller,
  type Controller,
  type ControllerOptions,
  type Failed,
  type Indexes,
  MAIN_ROLE,
  type PassEnd,
  type Reconcile,
  type ReconcileAbsent,
  type ReconcileResult,
  referringBy,
  type StatusInput,
  type Watch,
  watching,
  type WatchOptions,
  type Woken,
} from './controller.ts';
export type { AuthorityOf } from './controller-runner.ts';
export { DeadlineExceededError } from './deadline.ts';
export { StoppedError } from './pass-end.ts';
export {
  createHealthApp,
  type HealthServer,
  type HealthServerOptions,
  type HealthSources,
  startHealthServer,
} from './health-server.ts';
export type { Cache } from './informer.ts';
export { createShardOf } from './leases/assignment.ts';
export { LeaseKeeper, type LeaseKeeperOptions } from './leases/lease-keeper.ts';
export { createLeaseMetrics, type LeaseMetrics } from './leases/lease-metrics.ts';
export { type LeaseSet, type LeaseTiming, selectorOf } from './leases/lease-set.ts';
export { createLeaseStore, leasePermissions, type LeaseStore } from './leases/lease-store.ts';
export { type ClusterOptions, Manager, type ManagerOptions } from './manager.ts';
export { permissionsOf } from './permissions.ts';
export { createRuntimeMetrics, type PassResult, type RuntimeMetrics } from './metrics.ts';
export { reconcilePipeline } from './reconcile-pipeline.ts';
export { type Backoff, DEFAULT_BACKOFF } from './work-queue.ts';
