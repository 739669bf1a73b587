import { keyOf, type KubeObject, type NamespacedName, type ObjectKey } from '../kube/index.ts';
import type { Authority, Mode } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Activity } from './activity.ts';
import type { Controller, PassEnd, Watch } from './controller.ts';
import type { ManagedCluster } from './managed-cluster.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { Change } from './object-store.ts';
import { workEndOf } from './pass-end.ts';
import { runPass } from './run-pass.ts';
import type { RunningPasses } from './running-passes.ts';
import { wakesDependants, wakesItself } from './wakes.ts';
import { type Backoff, WorkQueue } from './work-queue.ts';

const DEFAULT_WORKERS = 10;

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
  readonly running: RunningPasses;
  readonly backoff: Backoff | undefined;
  readonly clusterOf: (name: string) => ManagedCluster | undefined;
}

/**
 * Runs one controller: turns changes into keys in its queue, and keys into passes.
 *
 * A key's way: object from the cache → authority → pass → back to the queue with when to look again. *Guarantees*: one
 * pass at a time for an object; every pass that began ends in the queue, in the metrics and, at debug level, with its
 * trace in the log.
 */
export class ControllerRunner {
  readonly #controller: Controller;
  readonly #deps: RunnerDeps;
  readonly #queue: WorkQueue;
  readonly #log: Logger;
  readonly #unregister: () => void;
  readonly #passes = new AbortController();
  #working: Promise<void> = Promise.resolve();

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
    const { kind, indexes = {}, watches = [] } = this.#controller;
    const informer = cluster.ensureInformer(kind);
    for (const [name, valuesOf] of Object.entries(indexes)) informer.addIndex(name, valuesOf);
    for (const { kind: other, labelSelector } of watches) cluster.ensureInformer(other, labelSelector);
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
    this.#working = this.#takeAll(taking, this.#controller.workers ?? DEFAULT_WORKERS);
  }

  /** Resolves when nothing is taken any more, by the signal given to `start`, and the passes under way have ended. */
  async whenStopped(): Promise<void> {
    await this.#working;
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
    const authority = this.#deps.authorityOf(key, object);
    if (authority === undefined) return undefined;
    const { clock, metrics, mode, running } = this.#deps;
    const deps = { clock, log: this.#log, metrics, mode, signal: this.#passes.signal };
    const subject = { controller: this.#controller, cluster, key, object, authority };
    return running.during(authority, () => runPass(subject, deps));
  }

  #wake(cluster: ManagedCluster, object: { readonly metadata: NamespacedName } | undefined): void {
    if (object === undefined) return;
    const { namespace = '', name } = object.metadata;
    this.#queue.add({ cluster: cluster.name, namespace, name });
  }

  #dependencyChanged(cluster: ManagedCluster, watch: Watch, change: Change<KubeObject>): void {
    if (!wakesDependants(change, watch.matters)) return;
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

  /** Takes what is due while fewer passes run than there are workers; a worker without work costs nothing. */
  async #takeAll(taking: AbortSignal, workers: number): Promise<void> {
    const running = new Set<Promise<void>>();
    let onEnd = (): void => {};
    for (;;) {
      const key = await this.#taken(taking);
      if (key === undefined) break;
      const pass = this.#workOn(key).finally(() => {
        running.delete(pass);
        onEnd();
      });
      running.add(pass);
      if (running.size >= workers) await new Promise<void>((resolve) => (onEnd = resolve));
    }
    await Promise.all(running);
  }

  /** The next key; undefined once no more are taken. */
  async #taken(taking: AbortSignal): Promise<ObjectKey | undefined> {
    try {
      return await this.#queue.take(taking);
    } catch (error) {
      if (taking.aborted) return undefined;
      throw error;
    }
  }

  async #workOn(key: ObjectKey): Promise<void> {
    this.#queue.finish(key, workEndOf(await this.#guarded(key)));
    this.#deps.activity.changed();
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
}
