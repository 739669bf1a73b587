import { KubeApiError, type KubeInput, type KubeLease } from '../../src/kube/index.ts';
import { LeaseKeeper } from '../../src/runtime/leases/lease-keeper.ts';
import { type LeaseTiming, selectorOf } from '../../src/runtime/leases/lease-set.ts';
import type { LeaseStore } from '../../src/runtime/leases/lease-store.ts';
import type { Authority } from '../../src/util/call.ts';
import type { Cancel, Clock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { turns } from './virtual-time.ts';

/*
 * Replicas that compete for leases, in virtual time: an API server with nothing but leases, a network that delays and
 * loses, and for each replica a clock of its own speed, and the chance to be frozen.
 */

export const TIMING: LeaseTiming = { durationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 };
const TIMEOUT_MS = 5_000;
const SET_NAME = 'cloud-manager';

function failure(code: number, reason: string, verb: string, name: string): KubeApiError {
  const where = { resource: 'leases.coordination.k8s.io', cluster: 'test', namespace: 'test' };
  return new KubeApiError({ code, reason, verb, name, ...where, mayHaveArrived: code === 0 });
}

/** Keeps leases as an API server does: by name, each with a version. */
export class LeaseServer {
  readonly #leases = new Map<string, KubeLease>();
  #version = 0;

  all(): readonly KubeLease[] {
    return [...this.#leases.values()];
  }

  /** @param selector - `label=value`. */
  list(selector: string): readonly KubeLease[] {
    const [label = '', value] = selector.split('=');
    return this.all().filter(({ metadata }) => metadata.labels?.[label] === value);
  }

  find(name: string): KubeLease | undefined {
    return this.#leases.get(name);
  }

  create(lease: KubeInput<KubeLease>): KubeLease {
    const { name = '' } = lease.metadata;
    if (this.#leases.has(name)) throw failure(409, 'AlreadyExists', 'create', name);
    return this.#store({ ...lease, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }, name, `uid-${this.#version}`);
  }

  update(lease: KubeLease): KubeLease {
    const { name, uid } = lease.metadata;
    this.#expect('update', lease);
    return this.#store(lease, name, uid);
  }

  delete(lease: KubeLease): void {
    if (!this.#leases.has(lease.metadata.name)) return;
    this.#expect('delete', lease);
    this.#leases.delete(lease.metadata.name);
  }

  #expect(verb: string, { metadata: { name, resourceVersion } }: KubeLease): void {
    const current = this.#leases.get(name);
    if (current === undefined) throw failure(404, 'NotFound', verb, name);
    if (current.metadata.resourceVersion !== resourceVersion) throw failure(409, 'Conflict', verb, name);
  }

  #store(lease: Omit<KubeLease, 'metadata'> & { readonly metadata: object }, name: string, uid: string): KubeLease {
    this.#version += 1;
    const stored = { ...lease, metadata: { ...lease.metadata, name, uid, resourceVersion: String(this.#version) } };
    this.#leases.set(name, stored);
    return stored;
  }
}

/** The clock of one machine: it has its own speed, and while its process is frozen it goes on but nothing runs. */
class ReplicaClock implements Clock {
  readonly #base: VirtualClock;
  readonly #speed: number;
  readonly #startMs: number;
  readonly #backlog: (() => void)[] = [];
  #isFrozen = false;

  constructor(base: VirtualClock, speed: number) {
    this.#base = base;
    this.#speed = speed;
    this.#startMs = base.now();
  }

  now(): number {
    return this.#startMs + (this.#base.now() - this.#startMs) * this.#speed;
  }

  monotonicMs(): number {
    return this.#base.monotonicMs() * this.#speed;
  }

  schedule(delayMs: number, task: () => void): Cancel {
    let isCancelled = false;
    const run = (): void => {
      if (isCancelled) return;
      if (this.#isFrozen) this.#backlog.push(run);
      else task();
    };
    const cancel = this.#base.schedule(delayMs / this.#speed, run);
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const task of this.#backlog.splice(0)) task();
  }
}

/** What the network does to one request. */
export interface Weather {
  readonly thereMs: number;
  readonly backMs: number;
  readonly fate: 'arrives' | 'is lost' | 'loses its answer' | 'is refused';
}

const FAIR: Weather = { thereMs: 1, backMs: 1, fate: 'arrives' };

export interface ReplicaOptions {
  readonly name: string;
  readonly shards?: number;
  /** How fast its clocks go. Default: 1. */
  readonly speed?: number;
  /** Asked for each request. Default: nothing is slow, nothing is lost. */
  readonly weather?: () => Weather;
  /** When the passes of a shard that is handed over have ended. Default: at once. */
  readonly whenDrained?: (clock: Clock) => Promise<void>;
  readonly random?: () => number;
}

export class LeaseWorld {
  readonly clock = new VirtualClock();
  readonly server = new LeaseServer();
  readonly replicas: Replica[] = [];

  /** Starts one more replica. */
  join(options: ReplicaOptions): Replica {
    const replica = new Replica(options, this);
    this.replicas.push(replica);
    replica.keeper.start();
    return replica;
  }

  /** Moves time on from event to event; `onEvent` is called after each. */
  async advance(ms: number, onEvent: () => void = () => {}): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms;
    for (;;) {
      await turns(4);
      onEvent();
      const leftMs = endMs - this.clock.monotonicMs();
      if (leftMs <= 0) return;
      this.clock.advance(Math.min(Math.max(this.clock.nextDueInMs ?? leftMs, 0.001), leftMs));
    }
  }

  /** Moves time on until `holds`; gives how much. *Throws* after 10 minutes. */
  async until(holds: () => boolean): Promise<number> {
    const startMs = this.clock.monotonicMs();
    await turns(4);
    while (!holds()) {
      if (this.clock.monotonicMs() - startMs > 600_000) throw new Error('Not reached within 10 minutes');
      await this.advance(100);
    }
    return this.clock.monotonicMs() - startMs;
  }

  /** The living replicas that may write for `shard` of `shards`, by their own clocks: also in passes that end. */
  writers(shard: number, shards?: number): readonly string[] {
    const fits = this.replicas.filter((replica) => shards === undefined || replica.shards === shards);
    return fits.filter((replica) => replica.mayStillWrite(shard)).map(({ name }) => name);
  }
}

/** One replica. */
export class Replica {
  readonly name: string;
  readonly shards: number;
  readonly keeper: LeaseKeeper;
  /** What changed, in order: `taken cloud-manager`. */
  readonly changes: string[] = [];
  /** The shards of each time that it gained some. */
  readonly gained: (readonly number[])[] = [];
  readonly takeoversMs: number[] = [];
  readonly #clock: ReplicaClock;
  /** All authorities that there ever were: a pass that has begun keeps the one that it was given. */
  readonly #given: { readonly shard: number; readonly authority: Authority }[] = [];
  #isDead = false;

  constructor(options: ReplicaOptions, world: LeaseWorld) {
    const { name, shards = 1, speed = 1, random = () => 0.5, whenDrained = () => Promise.resolve() } = options;
    this.name = name;
    this.shards = shards;
    const clock = new ReplicaClock(world.clock, speed);
    this.#clock = clock;
    this.keeper = new LeaseKeeper({
      set: { name: SET_NAME, shards },
      identity: `host_${name}`,
      namespace: 'test',
      timing: TIMING,
      store: this.#storeOn(world, options.weather ?? (() => FAIR)),
      clock,
      random,
      log: silentLogger,
      metrics: {
        changed: (lease, change) => this.changes.push(`${change} ${lease}`),
        tookOver: (silentMs) => this.takeoversMs.push(silentMs),
      },
      drainTimeoutMs: 30_000,
      whenDrained: () => whenDrained(clock),
      onGained: (shards) => this.#noteGained(shards),
    });
  }

  /** Whether a pass that begins now may write. */
  mayWrite(shard: number): boolean {
    const authority = this.keeper.authorityOf(shard);
    return authority !== undefined && this.#isValid(authority);
  }

  /** Whether any pass may, one that began before the shard is handed over included. */
  mayStillWrite(shard: number): boolean {
    return this.#given.some((given) => given.shard === shard && this.#isValid(given.authority));
  }

  /** The shards of which passes may begin. */
  get held(): readonly number[] {
    return Array.from({ length: this.shards }, (_, shard) => shard).filter((shard) => this.mayWrite(shard));
  }

  #isValid(authority: Authority): boolean {
    return !this.#isDead && authority.expiresAtMs() > this.#clock.monotonicMs();
  }

  #noteGained(shards: readonly number[]): void {
    this.gained.push(shards);
    for (const shard of shards) {
      const authority = this.keeper.authorityOf(shard);
      if (authority === undefined) throw new Error(`Shard ${shard} is gained without a right`);
      this.#given.push({ shard, authority });
    }
  }

  freeze(): void {
    this.#clock.freeze();
  }

  thaw(): void {
    this.#clock.thaw();
  }

  /** As SIGKILL does. */
  kill(): void {
    this.#isDead = true;
    this.#clock.freeze();
  }

  #storeOn(world: LeaseWorld, weather: () => Weather): LeaseStore {
    const { server } = world;
    const send = <R>(verb: string, name: string, effect: () => R): Promise<R> =>
      this.#send(world, weather(), failure(0, 'DeadlineExceeded', verb, name), effect);
    return {
      list: () => send('list', '', () => server.list(selectorOf({ name: SET_NAME, shards: this.shards }))),
      find: (name) => send('get', name, () => server.find(name)),
      create: (lease) => send('create', lease.metadata.name ?? '', () => server.create(lease)),
      update: (lease) => send('update', lease.metadata.name, () => server.update(lease)),
      delete: (lease) => send('delete', lease.metadata.name, () => server.delete(lease)),
    };
  }

  /** A request on its way: what has left arrives also when its sender is dead or frozen by then. */
  #send<R>(world: LeaseWorld, { thereMs, backMs, fate }: Weather, late: KubeApiError, effect: () => R): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#clock.schedule(TIMEOUT_MS, () => reject(late));
      if (fate === 'is lost') return;
      world.clock.schedule(thereMs, () => {
        const answer = fate === 'is refused' ? () => refuse(late) : outcomeOf(effect);
        if (fate === 'loses its answer') return;
        this.#clock.schedule(backMs, () => {
          try {
            resolve(answer());
          } catch (error) {
            reject(error); // what the server throws is its answer
          }
        });
      });
    });
  }
}

function outcomeOf<R>(effect: () => R): () => R {
  try {
    const value = effect();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function refuse({ verb, key }: KubeApiError): never {
  throw failure(500, 'InternalError', verb, key.name);
}
