import { keyOf, keyText, type KubeObject, type NamespacedName, type ObjectKey } from '../kube/index.ts';
import type { Authority, Mode } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Activity } from './activity.ts';
import { type Cluster, type Controller, MAIN_ROLE, type PassEnd, type Watch, type Woken } from './controller.ts';
import type { ManagedCluster } from './managed-cluster.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { Change } from './object-store.ts';
import { workEndOf } from './pass-end.ts';
import { runAbsentPass, runPass } from './run-pass.ts';
import type { RunningPasses } from './running-passes.ts';
import { wakesDependants, wakesItself } from './wakes.ts';
import { type Backoff, WorkQueue } from './work-queue.ts';

const DEFAULT_WORKERS = 10;

/** The right to work on an object, or on a key that no object has; undefined: it is another replica's. */
export type AuthorityOf = (key: ObjectKey, object: KubeObject | undefined) => Authority | undefined;

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
}

/** A cluster whose objects a controller reconciles. */
interface OwnCluster {
  readonly cluster: ManagedCluster;
  readonly passes: Set<Promise<unknown>>;
}

/**
 * Runs one controller: turns changes into keys in its queue, and keys into passes.
 *
 * A key's way: object from the cache → authority → pass → back to the queue with when to look again. *Guarantees*: one
 * pass at a time for an object; of several clusters none has more than half of the workers; every pass that began ends in
 * the queue, in the metrics and, at debug level, with its trace in the log.
 */
export class ControllerRunner {
  readonly #controller: Controller;
  readonly #deps: RunnerDeps;
  readonly #queue: WorkQueue;
  readonly #log: Logger;
  readonly #unregister: () => void;
  readonly #passes = new AbortController();
  readonly #own = new Map<string, OwnCluster>();
  #working: Promise<void> = Promise.resolve();

  constructor(controller: Controller, deps: RunnerDeps) {
    const { name = controller.kind.kind } = controller;
    this.#controller = controller;
    this.#deps = deps;
    this.#log = deps.log.child({ kind: name });
    this.#queue = new WorkQueue({
      clock: deps.clock,
      random: deps.random,
      ...(deps.backoff !== undefined && { backoff: deps.backoff }),
      mostPerCluster: () => (this.#own.size > 1 ? Math.ceil(this.#workers / 2) : this.#workers),
      onTaken: (waitedMs) => deps.metrics.taken(name, waitedMs),
    });
    this.#unregister = deps.activity.register(() => this.#queue.isBusy);
    deps.metrics.observeQueue(name, () => ({ depth: this.#queue.depth, processing: this.#queue.processing }));
  }

  get kind(): Controller['kind'] {
    return this.#controller.kind;
  }

  get #workers(): number {
    return this.#controller.workers ?? DEFAULT_WORKERS;
  }

  get #role(): string {
    return this.#controller.role ?? MAIN_ROLE;
  }

  /** Begins to follow what the controller needs of a cluster in that role. */
  prepare(cluster: ManagedCluster, role: string): void {
    const { kind, indexes = {} } = this.#controller;
    if (this.#role === role) {
      const informer = cluster.follow(kind, role);
      for (const [name, valuesOf] of Object.entries(indexes)) informer.addIndex(name, valuesOf);
    }
    for (const watch of this.#watchesIn(role)) cluster.follow(watch.kind, role, watch);
  }

  /**
   * Begins to hear of changes in a cluster in that role, after it has synced; every object that exists is due at once, also when
   * the role is that of its dependencies: of what changed there before nobody has heard. What it gives back ends that, and
   * resolves when no pass runs there any more.
   */
  attach(cluster: ManagedCluster, role: string): () => Promise<void> {
    const letGo = this.#role === role ? this.#takeOn(cluster) : undefined;
    const unsubscribe = this.#watchesIn(role).map((watch) => this.#hearDependencies(cluster, watch));
    if (this.#role === role) this.#addAll(this.#absentKeysIn(cluster));
    else if (unsubscribe.length > 0) this.#addAll(this.#keysIn(cluster.name));
    return async () => {
      for (const end of unsubscribe) end();
      await letGo?.();
      this.#deps.activity.changed();
    };
  }

  start(taking: AbortSignal): void {
    this.#working = this.#takeAll(taking, this.#workers);
  }

  /** Resolves when nothing is taken any more, by the signal given to `start`, and the passes under way have ended. */
  async whenStopped(): Promise<void> {
    await this.#working;
    this.#queue.stop();
    this.#unregister();
  }

  /** Makes every object due that fits: for who has just gained the authority over it. */
  wake(fits: (key: ObjectKey, object: KubeObject) => boolean): void {
    for (const { cluster } of this.#own.values()) {
      for (const object of cluster.informer(this.kind).list()) {
        const key = keyOf(cluster.name, object);
        if (fits(key, object)) this.#queue.add(key);
      }
      this.#addAll(this.#absentKeysIn(cluster));
    }
  }

  /** Aborts what still runs. */
  abortPasses(reason: Error): void {
    this.#passes.abort(reason);
  }

  /** One pass outside of the queue, for tests and tools: on the object as it is in the cache. */
  async reconcileOnce(key: ObjectKey): Promise<PassEnd | undefined> {
    const own = this.#own.get(key.cluster);
    const object = own?.cluster.informer(this.kind).get(key);
    const { reconcileAbsent } = this.#controller;
    if (own === undefined || (object === undefined && reconcileAbsent === undefined)) return undefined;
    const authority = this.#deps.authorityOf(key, object);
    if (authority === undefined) return undefined;
    const { clock, metrics, mode, running } = this.#deps;
    const deps = { clock, log: this.#log, metrics, mode, signal: this.#passes.signal };
    const subject = { controller: this.#controller, cluster: own.cluster, key, authority };
    const pass = running.during(authority, () =>
      object === undefined ? runAbsentPass(subject, deps) : runPass({ ...subject, object }, deps),
    );
    own.passes.add(pass);
    return pass.finally(() => own.passes.delete(pass));
  }

  /** Watches whose dependencies are in clusters of that role. */
  #watchesIn(role: string): readonly Watch[] {
    return (this.#controller.watches ?? []).filter((watch) => (watch.role ?? this.#role) === role);
  }

  #takeOn(cluster: ManagedCluster): () => Promise<void> {
    const { kind, wakingAnnotations = [], reconcileAbsent } = this.#controller;
    const own: OwnCluster = { cluster, passes: new Set() };
    this.#own.set(cluster.name, own);
    const unsubscribe = cluster.informer(kind).subscribe(({ before, after }) => {
      const object = after ?? before;
      const isDue =
        after === undefined ? reconcileAbsent !== undefined : wakesItself({ before, after }, wakingAnnotations);
      if (object !== undefined && isDue) this.#queue.add(keyOf(cluster.name, object));
    });
    return async () => {
      unsubscribe();
      this.#own.delete(cluster.name);
      this.#queue.removeCluster(cluster.name);
      await Promise.allSettled(own.passes);
    };
  }

  /** All of a cluster, also those that no object has. */
  #keysIn(name: string): readonly ObjectKey[] {
    const cluster = this.#own.get(name)?.cluster;
    if (cluster === undefined) return [];
    const objects = cluster.informer(this.kind).list();
    return [...objects.map((object) => keyOf(name, object)), ...this.#absentKeysIn(cluster)];
  }

  /** All objects are due at the start; what is known of their dependencies must not make them due once more. */
  #hearDependencies(cluster: ManagedCluster, watch: Watch): () => void {
    return cluster.informer(watch.kind).subscribeToChanges((change) => this.#dependencyChanged(cluster, watch, change));
  }

  #addAll(keys: readonly ObjectKey[]): void {
    for (const key of keys) this.#queue.add(key);
  }

  /** Those of a cluster that are named elsewhere, and that no object has. */
  #absentKeysIn(cluster: ManagedCluster): readonly ObjectKey[] {
    const objects = cluster.informer(this.kind);
    const named = this.#controller.keysElsewhere?.(cluster) ?? [];
    return named.filter((key) => objects.get(key) === undefined).map((key) => keyIn(cluster.name, key));
  }

  #dependencyChanged(cluster: ManagedCluster, watch: Watch, change: Change<KubeObject>): void {
    if (!wakesDependants(change, watch.matters)) return;
    // Before and after mostly concern the same objects; each is to have one pass for it.
    const woken = new Map<string, ObjectKey>();
    for (const dependency of [change.before, change.after]) {
      if (dependency === undefined) continue;
      for (const key of this.#wokenBy(dependency, watch, cluster)) woken.set(keyText(key), key);
    }
    for (const key of woken.values()) if (this.#own.has(key.cluster)) this.#queue.add(key);
  }

  #wokenBy(dependency: KubeObject, watch: Watch, cluster: Cluster): readonly ObjectKey[] {
    try {
      return watch.wakes(dependency, cluster).flatMap((woken) => this.#keysOf(woken, cluster));
    } catch (error) {
      // Who follows a kind cannot be stopped by one that is mapped wrongly.
      const { namespace, name } = dependency.metadata;
      this.#log.error({ watched: watch.kind.kind, namespace, name, error }, 'Cannot tell whom a change concerns');
      return [];
    }
  }

  #keysOf(woken: Woken, from: Cluster): readonly ObjectKey[] {
    return woken.name === undefined ? this.#keysIn(woken.cluster) : [keyIn(from.name, woken)];
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

function keyIn(
  cluster: string,
  { namespace = '', name, cluster: other = cluster }: NamespacedName & { readonly cluster?: string },
): ObjectKey {
  return { cluster: other, namespace, name };
}
