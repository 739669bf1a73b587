import { randomUUID } from 'node:crypto';
import type { Pass, TraceEntry } from '../composed/index.ts';
import { keyOf, type KubeObject, type NamespacedName, type ObjectKey } from '../kube/index.ts';
import type { Authority, Mode } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Activity } from './activity.ts';
import {
  type Controller,
  DEFAULT_PASS_TIMEOUT_MS,
  type PassEnd,
  type ReconcileResult,
  type Watch,
} from './controller.ts';
import { withDeadline } from './deadline.ts';
import type { ManagedCluster } from './managed-cluster.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { Change } from './object-store.ts';
import { report, resultOf, workEndOf } from './pass-end.ts';
import { writeStatus } from './status-writer.ts';
import { wakesDependants, wakesItself } from './wakes.ts';
import { type Backoff, WorkQueue } from './work-queue.ts';

const DEFAULT_WORKERS = 10;
/** A status is one small request, with a retry or two. */
const STATUS_TIMEOUT_MS = 15_000;

/** The right to work on an object; undefined: it is another replica's. */
export type AuthorityOf = (key: ObjectKey, object: KubeObject) => Authority | undefined;

export interface RunnerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly activity: Activity;
  readonly metrics: RuntimeMetrics;
  readonly random: () => number;
  readonly mode: Mode;
  readonly authorityOf: AuthorityOf;
  readonly backoff: Backoff | undefined;
  readonly clusterOf: (name: string) => ManagedCluster | undefined;
}

/**
 * Runs one controller: turns changes into keys in its queue, and keys into passes.
 *
 * A pass: object from the cache → authority → reconcile under a deadline → status patch under a deadline of its own →
 * back to the queue with when to look again. *Guarantees*: one pass at a time for an object; every pass that began ends
 * in the queue, in the metrics and, at debug level, with its trace in the log; the status is also written after errors,
 * and never without authority.
 */
export class ControllerRunner {
  readonly #controller: Controller;
  readonly #deps: RunnerDeps;
  readonly #queue: WorkQueue;
  readonly #log: Logger;
  readonly #unregister: () => void;
  readonly #passes = new AbortController();
  #workers: Promise<unknown> = Promise.resolve();

  constructor(controller: Controller, deps: RunnerDeps) {
    const { kind } = controller.kind;
    this.#controller = controller;
    this.#deps = deps;
    this.#log = deps.log.child({ kind });
    this.#queue = new WorkQueue({
      clock: deps.clock,
      random: deps.random,
      ...(deps.backoff !== undefined && { backoff: deps.backoff }),
      onTaken: (waitedMs) => deps.metrics.taken(kind, waitedMs),
    });
    this.#unregister = deps.activity.register(() => this.#queue.isBusy);
    deps.metrics.observeQueue(kind, () => ({ depth: this.#queue.depth, processing: this.#queue.processing }));
  }

  get kind(): Controller['kind'] {
    return this.#controller.kind;
  }

  /** Makes the informers and indexes that the controller needs; before the cluster starts. */
  prepare(cluster: ManagedCluster): void {
    const { kind, indexes = {}, watches = [], caches = [] } = this.#controller;
    const informer = cluster.ensureInformer(kind);
    for (const [name, valuesOf] of Object.entries(indexes)) informer.addIndex(name, valuesOf);
    for (const other of [...watches.map((watch) => watch.kind), ...caches]) cluster.ensureInformer(other);
  }

  /** Begins to hear of changes; every object that exists is due at once. After the cluster has synced. */
  attach(cluster: ManagedCluster): () => void {
    const { kind, watches = [], wakingAnnotations = [] } = this.#controller;
    const unsubscribe = [
      cluster.informer(kind).subscribe((change) => {
        if (wakesItself(change, wakingAnnotations)) this.#wake(cluster, change.after);
      }),
      // All objects are due by now; what is known of their dependencies must not make them due once more.
      ...watches.map((watch) =>
        cluster.informer(watch.kind).subscribeToChanges((change) => this.#dependencyChanged(cluster, watch, change)),
      ),
    ];
    return () => {
      for (const end of unsubscribe) end();
      this.#queue.removeCluster(cluster.name);
      this.#deps.activity.changed();
    };
  }

  start(taking: AbortSignal): void {
    const workers = this.#controller.workers ?? DEFAULT_WORKERS;
    this.#workers = Promise.all(Array.from({ length: workers }, () => this.#work(taking)));
  }

  /** Resolves when the workers have ended; they end by the signal given to `start`, after the pass they are at. */
  async whenStopped(): Promise<void> {
    await this.#workers;
    this.#queue.stop();
    this.#unregister();
  }

  /** Makes every object due that fits: for who has just gained the authority over it. */
  wake(cluster: ManagedCluster, fits: (key: ObjectKey, object: KubeObject) => boolean): void {
    for (const object of cluster.informer(this.kind).list()) {
      if (fits(keyOf(cluster.name, object), object)) this.#wake(cluster, object);
    }
  }

  /** Aborts what still runs. */
  abortPasses(reason: Error): void {
    this.#passes.abort(reason);
  }

  /** One pass outside of the queue, for tests and tools: on the object as it is in the cache. */
  async reconcileOnce(key: ObjectKey): Promise<PassEnd | undefined> {
    const cluster = this.#deps.clusterOf(key.cluster);
    const object = cluster?.informer(this.kind).get(key);
    if (cluster === undefined || object === undefined) return undefined;
    return this.#pass(cluster, object, key);
  }

  #wake(cluster: ManagedCluster, object: { readonly metadata: NamespacedName } | undefined): void {
    if (object === undefined) return;
    const { namespace = '', name } = object.metadata;
    this.#queue.add({ cluster: cluster.name, namespace, name });
  }

  #dependencyChanged(cluster: ManagedCluster, watch: Watch, change: Change<KubeObject>): void {
    if (!wakesDependants(change)) return;
    // Before and after mostly concern the same objects; each is to have one pass for it.
    const woken = new Map<string, NamespacedName>();
    for (const dependency of [change.before, change.after]) {
      if (dependency === undefined) continue;
      for (const key of this.#wokenBy(dependency, watch, cluster)) woken.set(`${key.namespace ?? ''}/${key.name}`, key);
    }
    for (const metadata of woken.values()) this.#wake(cluster, { metadata });
  }

  #wokenBy(dependency: KubeObject, watch: Watch, cluster: ManagedCluster): readonly NamespacedName[] {
    try {
      return watch.wakes(dependency, cluster);
    } catch (error) {
      // Who follows a kind cannot be stopped by one that is mapped wrongly.
      const { namespace, name } = dependency.metadata;
      this.#log.error({ watched: watch.kind.kind, namespace, name, error }, 'Cannot tell whom a change concerns');
      return [];
    }
  }

  async #work(taking: AbortSignal): Promise<void> {
    while (!taking.aborted) {
      let key: ObjectKey;
      try {
        key = await this.#queue.take(taking);
      } catch (error) {
        if (taking.aborted) return;
        throw error;
      }
      this.#queue.finish(key, workEndOf(await this.#guarded(key)));
      this.#deps.activity.changed();
    }
  }

  /** A fault around the pass (a throwing `authorityOf`) must not end the worker. */
  async #guarded(key: ObjectKey): Promise<PassEnd | undefined> {
    try {
      return await this.reconcileOnce(key);
    } catch (error) {
      this.#log.error({ ...key, error }, 'Pass could not be run');
      return { kind: 'failed', error };
    }
  }

  async #pass(cluster: ManagedCluster, object: KubeObject, key: ObjectKey): Promise<PassEnd | undefined> {
    const authority = this.#deps.authorityOf(key, object);
    if (authority === undefined) return undefined;
    const { clock, mode, metrics } = this.#deps;
    const { namespace, name } = key;
    const log = this.#log.child({ cluster: key.cluster, namespace, name, reconcileId: randomUUID() });
    const caller = { kind: this.kind.kind, namespace, name };
    const trace: TraceEntry[] = [];
    const startMs = clock.monotonicMs();
    const within = <R>(timeoutMs: number, what: string, run: (pass: Pass) => Promise<R>): Promise<R> =>
      withDeadline({ clock, timeoutMs, what, log, outer: this.#passes.signal }, (signal, deadlineMs) =>
        run({ signal, deadlineMs, clock, log, caller, mode, authority, trace }),
      );
    const passTimeoutMs = this.#controller.passTimeoutMs ?? DEFAULT_PASS_TIMEOUT_MS;
    const result = await within(passTimeoutMs, 'pass', (pass) => this.#reconcile(object, pass, cluster));
    const { status: stated } = result;
    const end =
      stated === undefined || mode !== 'apply'
        ? result.outcome
        : await within(STATUS_TIMEOUT_MS, 'status', (pass) =>
            this.#writeStatus(cluster, object, pass, { outcome: result.outcome, stated }),
          );
    metrics.passEnded(this.kind.kind, resultOf(end), clock.monotonicMs() - startMs);
    report(log, end, trace, clock.monotonicMs() - startMs);
    return end;
  }

  async #reconcile(object: KubeObject, pass: Pass, cluster: ManagedCluster): Promise<ReconcileResult> {
    try {
      return await this.#controller.reconcile(object, pass, cluster);
    } catch (error) {
      return { outcome: { kind: 'failed', error } };
    }
  }

  async #writeStatus(
    cluster: ManagedCluster,
    seen: KubeObject,
    pass: Pass,
    { outcome, stated }: { readonly outcome: PassEnd; readonly stated: NonNullable<ReconcileResult['status']> },
  ): Promise<PassEnd> {
    const current = cluster.informer(this.kind).get(seen.metadata);
    if (current === undefined) return outcome;
    try {
      const client = cluster.client(pass);
      await writeStatus({ client, kind: this.kind, seen, current, stated, nowMs: pass.clock.now() });
      return outcome;
    } catch (error) {
      // The pass's own failure says more; the status is written anew by the next pass in any case.
      if (outcome.kind !== 'failed') return { kind: 'failed', error };
      pass.log.warn({ error }, 'Status could not be written');
      return outcome;
    }
  }
}
