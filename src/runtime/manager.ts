import { hostname } from 'node:os';
import type { KubeConnection, KubeObject, NamespacedName, ObjectKey, ResourceKind } from '../kube/index.ts';
import { resourceNameOf } from '../kube/index.ts';
import { untilAborted } from '../util/abort.ts';
import { type Mode, unlimitedAuthority } from '../util/call.ts';
import { type Clock, sleep, systemClock } from '../util/clock.ts';
import { type Logger, silentLogger } from '../util/log.ts';
import { Activity } from './activity.ts';
import { type Cluster, type Controller, MAIN_ROLE, type PassEnd } from './controller.ts';
import { type AuthorityOf, ControllerRunner } from './controller-runner.ts';
import { ManagedCluster } from './managed-cluster.ts';
import { createRuntimeMetrics, type RuntimeMetrics } from './metrics.ts';
import type { Change } from './object-store.ts';
import { StoppedError } from './pass-end.ts';
import { RunningPasses } from './running-passes.ts';
import type { Backoff } from './work-queue.ts';

/** What a {@link Manager} is made of; all but the controllers has a default. */
export interface ManagerOptions {
  readonly controllers: readonly Controller[];
  /** Measures passes and pauses. Default: the system's. */
  readonly clock?: Clock;
  /** Default: none is written. */
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
  /** Default: `apply`. In `plan` and `observe` nothing is written, statuses neither. */
  readonly mode?: Mode;
  /** Who may work on what. Default: everybody on everything. */
  readonly authorityOf?: AuthorityOf;
  /** Pauses after failures. Default: 200 ms, doubling to 5 minutes. */
  readonly backoff?: Backoff;
  /** 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Which replica this is, for events. Default: the host's name. */
  readonly instance?: string;
  /** How long running passes may take to end by themselves when the manager stops. Default: 20 s. */
  readonly drainTimeoutMs?: number;
}

const DEFAULT_DRAIN_TIMEOUT_MS = 20_000;

/** How a cluster is taken under management. */
export interface ClusterOptions {
  /** What controllers work there. Each role is joined when the one before it is. Default: {@link MAIN_ROLE}. */
  readonly roles?: readonly string[];
  /** Whether the manager is ready only while this cluster is known. Default: true. */
  readonly isEssential?: boolean;
  /** What metrics call it. Default: its name. Clusters of which there may be many share one. */
  readonly metricsName?: string;
}

interface Member {
  readonly cluster: ManagedCluster;
  readonly isEssential: boolean;
  readonly roles: Map<string, Role>;
  /** Resolves when the roles are as they were asked last. */
  changed: Promise<void>;
}

/** A role that a cluster has, from when its kinds begin to be followed. */
interface Role {
  readonly leaving: AbortController;
  /** Resolves when the controllers of the role hear of the cluster, or it left before. */
  joined: Promise<void>;
  readonly detach: (() => Promise<void>)[];
  isAttached: boolean;
}

/**
 * Runs controllers over clusters that may come and go.
 *
 * *States*: built → started → draining (takes no new work; passes end by themselves within `drainTimeoutMs`, are then
 * aborted) → stopped (informers ended, connections closed). *Guarantees*: a controller hears of a cluster's objects only
 * when all kinds that it reads there were listed; one cluster that is away holds up no other; `stop` always returns, at
 * the latest a few seconds after the drain time.
 */
export class Manager {
  readonly metrics: RuntimeMetrics;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random: () => number;
  readonly #drainTimeoutMs: number;
  readonly #instance: string;
  readonly #activity = new Activity();
  readonly #running = new RunningPasses();
  readonly #members = new Map<string, Member>();
  readonly #runners: readonly ControllerRunner[];
  readonly #taking = new AbortController();
  #isStarted = false;
  #stopped: Promise<void> | undefined;

  constructor(options: ManagerOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.#random = options.random ?? Math.random;
    this.#drainTimeoutMs = options.drainTimeoutMs ?? DEFAULT_DRAIN_TIMEOUT_MS;
    this.#instance = options.instance ?? hostname();
    this.metrics = options.metrics ?? createRuntimeMetrics();
    const deps = {
      ...this.#partDeps(),
      mode: options.mode ?? 'apply',
      authorityOf: options.authorityOf ?? (() => unlimitedAuthority),
      running: this.#running,
      backoff: options.backoff,
    };
    this.#runners = options.controllers.map((controller) => new ControllerRunner(controller, deps));
  }

  /** Whether workers run and the objects of every essential cluster are known. */
  get isReady(): boolean {
    return this.#isStarted && this.#stopped === undefined && this.#essential().every(isAttached);
  }

  /** What keeps essential clusters from being followed just now, a sentence each. */
  get problems(): readonly string[] {
    const clusters = this.#essential().map(({ cluster }) => cluster);
    return clusters.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  }

  /** *Throws* for a cluster that is not under management. */
  cluster(name: string): Cluster {
    return this.#memberOf(name).cluster;
  }

  /** Takes a cluster under management; the connection becomes the manager's and is closed by it. */
  addCluster(connection: KubeConnection, options: ClusterOptions = {}): void {
    const { cluster: name } = connection;
    const { roles = [MAIN_ROLE], isEssential = true, metricsName = name } = options;
    if (this.#members.has(name)) throw new Error(`Cluster ${name} is under management already`);
    const cluster = new ManagedCluster(connection, this.#partDeps(), metricsName);
    const member: Member = { cluster, isEssential, roles: new Map(), changed: Promise.resolve() };
    try {
      this.#join(member, roles);
    } catch (error) {
      // Controllers that do not fit together are a fault of the program. What is followed already is not any more.
      void cluster.stop();
      throw error;
    }
    this.#members.set(name, member);
  }

  /**
   * Changes the roles of a cluster. Those that it gains are joined in the background. Resolves when those that it loses are
   * left: their waiting work is forgotten, the passes that ran have ended. *Throws* for a cluster that is not under management.
   */
  setRoles(name: string, roles: readonly string[]): Promise<void> {
    const member = this.#memberOf(name);
    member.changed = member.changed.then(() => this.#changeRoles(member, roles));
    return member.changed;
  }

  /** Lets a cluster go: its waiting work is forgotten. Resolves when the passes that ran on it have ended. */
  async removeCluster(name: string): Promise<void> {
    const member = this.#memberOf(name);
    await leave(member, 'after passes');
    this.#members.delete(name);
  }

  /**
   * Starts the workers and waits until the clusters known by now are synced.
   *
   * *Throws* the signal's reason when that comes first; the manager then still runs, and wants a `stop`.
   */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#isStarted) throw new Error('The manager was started already');
    this.#isStarted = true;
    for (const runner of this.#runners) runner.start(this.#taking.signal);
    await this.whenSynced(signal);
  }

  /** Resolves when all objects of the essential clusters known by now were listed. *Throws* the signal's reason. */
  async whenSynced(signal: AbortSignal): Promise<void> {
    await whenJoined(this.#essential(), signal);
  }

  /** Resolves when the roles that a cluster has by now are joined, or were left before. *Throws* the signal's reason. */
  async whenJoined(name: string, signal: AbortSignal): Promise<void> {
    await whenJoined([this.#memberOf(name)], signal);
  }

  /** Hears of each object of a kind that is followed in a cluster, and of each change. Gives back how that ends. */
  subscribe<T extends KubeObject>(
    cluster: string,
    kind: ResourceKind<T>,
    subscriber: (change: Change<T>) => void,
  ): () => void {
    return this.#memberOf(cluster).cluster.informer(kind).subscribe(subscriber);
  }

  /** Makes all objects due that fit: for who has just gained the authority over them. */
  wake(fits: (key: ObjectKey, object: KubeObject) => boolean): void {
    for (const runner of this.#runners) runner.wake(fits);
  }

  /** Resolves when no pass runs under authorities that end by `ended`: for who is about to give them up. */
  whenNoPassUnder(ended: AbortSignal): Promise<void> {
    return this.#running.whenNone(ended);
  }

  /** Drains, then stops; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopped ??= this.#drainAndStop();
    return this.#stopped;
  }

  /**
   * Resolves when no pass runs, no key is due, and the informers have seen all that this manager has written. What
   * others write, `whenObserved` waits for. *Throws* the signal's reason.
   */
  whenIdle(signal: AbortSignal): Promise<void> {
    return this.#activity.whenIdle(signal);
  }

  /** Resolves when the changes of `kind` up to `revision` are known here. *Throws* the signal's reason. */
  whenObserved(cluster: string, kind: ResourceKind, revision: string, signal: AbortSignal): Promise<void> {
    return this.#memberOf(cluster).cluster.informer(kind).whenObserved(revision, signal);
  }

  /**
   * Runs one pass now, whatever the queue says; meant for tests of a manager that was not started, after `whenSynced`.
   * Gives back undefined when there is no such object.
   */
  async reconcileOnce<T extends KubeObject>(
    kind: ResourceKind<T>,
    key: NamespacedName & { readonly cluster?: string },
  ): Promise<PassEnd | undefined> {
    const runner = this.#runners.find((runner) => resourceNameOf(runner.kind) === resourceNameOf(kind));
    if (runner === undefined) throw new Error(`No controller reconciles ${resourceNameOf(kind)}`);
    const [first] = this.#members.keys();
    return runner.reconcileOnce({
      cluster: key.cluster ?? first ?? '',
      namespace: key.namespace ?? '',
      name: key.name,
    });
  }

  #partDeps() {
    return {
      clock: this.#clock,
      log: this.#log,
      activity: this.#activity,
      metrics: this.metrics,
      random: this.#random,
      instance: this.#instance,
    };
  }

  #essential(): Member[] {
    return [...this.#members.values()].filter((member) => member.isEssential);
  }

  #memberOf(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`Cluster ${name} is not under management`);
    return member;
  }

  async #changeRoles(member: Member, roles: readonly string[]): Promise<void> {
    const lost = [...member.roles.keys()].filter((role) => !roles.includes(role));
    await Promise.all(lost.map((role) => leaveRole(member, role, 'after passes')));
    this.#join(member, roles);
  }

  #join(member: Member, roles: readonly string[]): void {
    for (const name of roles.filter((role) => !member.roles.has(role))) {
      const before = [...member.roles.values()].map(({ joined }) => joined);
      const role: Role = { leaving: new AbortController(), joined: Promise.resolve(), detach: [], isAttached: false };
      member.roles.set(name, role);
      // Controllers of a later role may read what an earlier one follows.
      role.joined =
        before.length === 0
          ? this.#joinRole(member.cluster, name, role)
          : this.#joinAfter(before, member.cluster, name, role);
    }
  }

  async #joinAfter(before: readonly Promise<void>[], cluster: ManagedCluster, name: string, role: Role): Promise<void> {
    await Promise.all(before);
    if (role.leaving.signal.aborted) return;
    try {
      await this.#joinRole(cluster, name, role);
    } catch (error) {
      this.#log.error({ cluster: cluster.name, role: name, error }, 'Controllers cannot follow the cluster');
    }
  }

  /** Lets the controllers of a role hear of the cluster as soon as all that they read there is known. */
  #joinRole(cluster: ManagedCluster, name: string, role: Role): Promise<void> {
    for (const runner of this.#runners) runner.prepare(cluster, name);
    return this.#attachSynced(cluster, name, role);
  }

  async #attachSynced(cluster: ManagedCluster, name: string, role: Role): Promise<void> {
    const { signal } = role.leaving;
    try {
      await cluster.whenSynced(name, signal);
    } catch (error) {
      // It left before it was ever synced.
      if (signal.aborted) return;
      throw error;
    }
    for (const runner of this.#runners) role.detach.push(runner.attach(cluster, name));
    role.isAttached = true;
    this.#log.info({ cluster: cluster.name, role: name }, 'Cluster is synced');
  }

  async #drainAndStop(): Promise<void> {
    this.#taking.abort(new StoppedError('The manager stops'));
    const drained = Promise.all(this.#runners.map((runner) => runner.whenStopped()));
    const drainEnds = new AbortController();
    const overtime = sleep(this.#clock, this.#drainTimeoutMs, drainEnds.signal).then(
      () => this.#abortPasses(),
      () => undefined,
    );
    await Promise.race([drained, overtime]);
    drainEnds.abort();
    await Promise.all([...this.#members.values()].map((member) => leave(member, 'at once')));
    this.#members.clear();
  }

  async #abortPasses(): Promise<void> {
    this.#log.warn({}, 'Passes did not end in time and are aborted');
    for (const runner of this.#runners) runner.abortPasses(new StoppedError('The manager stops'));
    // Aborted passes end in a turn or two of the event loop; one that ignores its signal must not hold up the exit.
    await sleep(this.#clock, ABORTED_PASS_MS);
  }
}

const ABORTED_PASS_MS = 2_000;

async function whenJoined(members: readonly Member[], signal: AbortSignal): Promise<void> {
  const roles = members.flatMap((member) => [...member.roles.values()]);
  await untilAborted(Promise.all(roles.map((role) => role.joined)), signal);
}

function isAttached({ roles }: Member): boolean {
  return [...roles.values()].every((role) => role.isAttached);
}

/** Whether the passes that run are waited for. */
type Leaving = 'at once' | 'after passes';

async function leave(member: Member, how: Leaving): Promise<void> {
  await Promise.all([...member.roles.keys()].map((role) => leaveRole(member, role, how)));
  await member.cluster.stop();
}

async function leaveRole({ cluster, roles }: Member, name: string, how: Leaving): Promise<void> {
  const role = roles.get(name);
  if (role === undefined) return;
  role.leaving.abort(new StoppedError('The cluster is let go'));
  await role.joined;
  const passes = role.detach.map((end) => end());
  if (how === 'after passes') await Promise.all(passes);
  await cluster.unfollow(name);
  roles.delete(name);
}
