import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestReport } from '../kube/index.ts';
import { createFlagGauge } from './flag-gauge.ts';

/** How a pass ended, as its metric says it. */
export type PassResult =
  | 'done'
  | 'requeue'
  | 'requeue_later'
  | 'error'
  | 'conflict'
  | 'terminal'
  | 'deadline'
  | 'canceled'
  | 'refused';

/** From a cache hit to an AWS call that is throttled for a while. */
const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The metrics of one manager. Other parts (the AWS door) register theirs on the same `registry`. */
export interface RuntimeMetrics {
  readonly registry: Registry;
  passEnded(kind: string, result: PassResult, durationMs: number): void;
  /** A key was taken out of the queue, `waitedMs` after it was due. */
  taken(kind: string, waitedMs: number): void;
  listed(cluster: string, resource: string, reason: string): void;
  /** A kind is followed, or cannot be for now; undefined: it never will be again. */
  followed(cluster: string, resource: string, isFollowing: boolean | undefined): void;
  /** A kind cannot be followed for now in one of several clusters that go by one name. */
  followingFailed(clusters: string, resource: string): void;
  kubeRequest(report: RequestReport): void;
  /** Asks for a queue's figures at each scrape. */
  observeQueue(kind: string, figures: () => { readonly depth: number; readonly processing: number }): void;
}

/** Registers the metrics of a manager. *Throws* when `registry` holds those of another one. */
export function createRuntimeMetrics(registry: Registry = new Registry()): RuntimeMetrics {
  const registers = [registry];
  const passes = new Counter({
    name: 'cloud_manager_reconcile_total',
    help: 'Passes by kind and result.',
    labelNames: ['kind', 'result'],
    registers,
  });
  const durations = new Histogram({
    name: 'cloud_manager_reconcile_duration_seconds',
    help: 'How long passes took.',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  });
  const waits = new Histogram({
    name: 'cloud_manager_queue_wait_seconds',
    help: 'How long objects were due before a worker took them.',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  });
  const lists = new Counter({
    name: 'cloud_manager_informer_lists_total',
    help: 'Complete lists, by what made them necessary.',
    labelNames: ['cluster', 'resource', 'reason'],
    registers,
  });
  const following = createFlagGauge({
    name: 'cloud_manager_informer_following',
    help: '1 while changes of a kind are heard of as they happen; 0 while its API server cannot be followed.',
    labelNames: ['cluster', 'resource'],
    registers,
  });
  const failures = new Counter({
    name: 'cloud_manager_informer_failures_total',
    help: 'Attempts to list or watch that failed, and watches that broke off.',
    labelNames: ['cluster', 'resource'],
    registers,
  });
  const requests = new Histogram({
    name: 'cloud_manager_kube_request_duration_seconds',
    help: 'Requests to Kubernetes API servers; code 0 stands for no answer.',
    labelNames: ['cluster', 'verb', 'resource', 'code'],
    buckets: SECONDS,
    registers,
  });
  return {
    registry,
    passEnded: (kind, result, durationMs) => {
      passes.inc({ kind, result });
      durations.observe({ kind }, durationMs / 1000);
    },
    taken: (kind, waitedMs) => waits.observe({ kind }, waitedMs / 1000),
    listed: (cluster, resource, reason) => lists.inc({ cluster, resource, reason }),
    followed: (cluster, resource, isFollowing) => {
      following({ cluster, resource }, isFollowing);
      if (isFollowing === false) failures.inc({ cluster, resource });
    },
    followingFailed: (cluster, resource) => failures.inc({ cluster, resource }),
    kubeRequest: ({ cluster, verb, resource, code, durationMs }) =>
      requests.observe({ cluster, verb, resource, code }, durationMs / 1000),
    observeQueue: queueGauges(registry),
  };
}

function queueGauges(registry: Registry): RuntimeMetrics['observeQueue'] {
  const queues = new Map<string, () => { readonly depth: number; readonly processing: number }>();
  const gauge = (name: string, help: string, figure: 'depth' | 'processing'): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      collect() {
        for (const [kind, figures] of queues) this.set({ kind }, figures()[figure]);
      },
    });
  gauge('cloud_manager_queue_depth', 'Objects that wait for a pass, due or not.', 'depth');
  gauge('cloud_manager_active_passes', 'Passes that run now.', 'processing');
  return (kind, figures) => void queues.set(kind, figures);
}
