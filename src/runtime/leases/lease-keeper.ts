/**
 * One replica among several: takes leases, keeps them, and gives them up.
 *
 * The work is divided into shards, each with a lease, and only who holds it works on its objects. Every replica makes
 * itself known by a membership lease, and every retry period looks at all leases:
 *
 * - a lease that nobody holds, and that this replica should hold (see `assignShards`), is taken by compare and swap. It
 *   counts only after one more look showed nobody who divides the work otherwise (below);
 * - a lease that another live replica should hold is handed over: *drain* (no new passes; those that run end, or are
 *   aborted after the drain time) → *release* → the other one takes it. After a pass had to be aborted the lease is not
 *   released but runs out, so that what was sent under it has that long to arrive;
 * - memberships of the dead are deleted.
 *
 * One shard is leader election: whoever is first takes the lease, and nobody hands it over to please a hash.
 *
 * *Guarantees*
 * - Of two replicas with the same number of shards never do both work on one shard; see `Tenure` and `Sightings`.
 * - Nor do two with different numbers, as in a roll-out that changes it: one takes nothing while the other's shards are
 *   held, and both write before they look, so at least one of two that begin at once sees the other. While nobody holds
 *   anything the smaller number goes first.
 * - What a replica held that died is taken within the lease duration and two retry periods.
 */
import type { KubeLease } from '../../kube/index.ts';
import type { Authority } from '../../util/call.ts';
import { sleep } from '../../util/clock.ts';
import { messageOf } from '../../util/error-message.ts';
import { assignShards } from './assignment.ts';
import { isBlocked, leftOver, membersOf, type SeenLeases } from './division.ts';
import type { LeaseChange, LeaseMetrics } from './lease-metrics.ts';
import { memberLeaseName, shardLeaseName } from './lease-set.ts';
import { LeaseTaker } from './lease-taker.ts';
import { Sightings } from './sightings.ts';
import type { Tenure, TenureDeps, TenureEnd } from './tenure.ts';

/** What a {@link LeaseKeeper} is made of: which leases it competes for, and what it tells whom. */
export interface LeaseKeeperOptions extends TenureDeps {
  /** Where the leases live. */
  readonly namespace: string;
  readonly metrics: LeaseMetrics;
  /** How long passes of a shard that is handed over may take to end by themselves. */
  readonly drainTimeoutMs: number;
  /** Resolves when nothing goes on any more under the authority that ends by `ended`. */
  readonly whenDrained: (ended: AbortSignal) => Promise<void>;
  /** From now on the objects of `shards` are ours; once a round, as who is told looks at all objects. */
  readonly onGained: (shards: readonly number[]) => void;
}

interface Holding {
  readonly tenure: Tenure;
  isLeaving: boolean;
}

/** A moment that a timer hits is hit by others too; this keeps rounds apart. */
const SHORTEST_PAUSE_MS = 10;

/** One replica among several: see the head of this file. *States*: built → competing (`start`) → left (`stop`). */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #sightings = new Sightings();
  readonly #taker: LeaseTaker;
  readonly #held = new Map<number, Holding>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #member: Tenure | undefined;
  #problem: string | undefined;
  #running: Promise<void> = Promise.resolve();
  #assigned: { readonly members: string; readonly shards: readonly string[] } = { members: '', shards: [] };

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#taker = new LeaseTaker({ ...options, sightings: this.#sightings });
  }

  /** What keeps this replica from taking leases, a sentence; undefined when nothing does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The right to work on the objects of a shard; undefined: it is another replica's, or about to be. */
  authorityOf(shard: number): Authority | undefined {
    const holding = this.#held.get(shard);
    return holding === undefined || holding.isLeaving ? undefined : holding.tenure;
  }

  /** Begins to compete; when this replica is able to work. */
  start(): void {
    this.#running = this.#run();
  }

  /** Hands everything over and leaves. Safe to repeat; takes no longer than the drain time and a few requests. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The replica leaves'));
    await this.#running;
    const member = this.#member;
    this.#member = undefined;
    member?.giveUp();
    for (const [shard, holding] of this.#held) if (!holding.isLeaving) this.#handOver(shard, holding);
    await Promise.all([...this.#leaving, member?.remove()]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#round();
        this.#report(this.#taker.problem);
      } catch (error) {
        this.#report(`leases cannot be used: ${messageOf(error)}`, error);
      }
      await sleep(this.#options.clock, this.#pauseMs(), signal).catch(() => undefined);
    }
  }

  /** A warning when trouble begins or changes; as long as it stays it is no news. */
  #report(problem: string | undefined, error?: unknown): void {
    const { log } = this.#options;
    if (problem !== undefined) {
      const fields = { problem, ...(error !== undefined && { error }) };
      if (problem === this.#problem) log.debug(fields, 'Leases still cannot be used');
      else log.warn(fields, 'Leases cannot be used');
    }
    this.#problem = problem;
  }

  /** A retry period at the most, and no later than the next lease may be over. */
  #pauseMs(): number {
    const { clock, random, timing } = this.#options;
    const pauseMs = timing.retryPeriodMs * (0.8 + random() / 5);
    const nowMs = clock.monotonicMs();
    return Math.max(Math.min(pauseMs, this.#sightings.nextEndMs(nowMs) - nowMs), SHORTEST_PAUSE_MS);
  }

  async #round(): Promise<void> {
    this.#taker.forgetForeign();
    await this.#join();
    const seen = await this.#look();
    const shards = this.#shardsToHold(seen);
    for (const [shard, holding] of this.#held) {
      if (!holding.isLeaving && shards[shard] !== this.#options.identity) this.#handOver(shard, holding);
    }
    if (!isBlocked(this.#options.set.shards, seen) && !this.#stopping.signal.aborted) await this.#takeAll(shards);
    await this.#cleanUp(seen);
  }

  /** Makes this replica known. */
  async #join(): Promise<void> {
    if (this.#member?.ended.aborted === false) return;
    const { set, identity } = this.#options;
    const name = memberLeaseName(set, identity);
    // A membership that ran out may still be there.
    const before = await this.#options.store.find(name);
    this.#member = await this.#taker.take(name, before, () => {});
  }

  async #look(): Promise<SeenLeases> {
    const { clock, store } = this.#options;
    const leases = await store.list();
    const nowMs = clock.monotonicMs();
    this.#sightings.note(leases, nowMs);
    const isOver = ({ metadata }: KubeLease): boolean => this.#sightings.isOver(metadata.name, nowMs);
    return { live: leases.filter((lease) => !isOver(lease)), over: leases.filter(isOver) };
  }

  /** Who should hold which shard. */
  #shardsToHold(seen: SeenLeases): readonly string[] {
    const { set, identity } = this.#options;
    if (set.shards === 1) return [identity];
    const members = membersOf(set.shards, identity, seen);
    const text = members.join('\n');
    if (this.#assigned.members !== text) this.#assigned = { members: text, shards: assignShards(set.shards, members) };
    return this.#assigned.shards;
  }

  async #takeAll(shards: readonly string[]): Promise<void> {
    const { set, identity } = this.#options;
    const isWanted = (shard: number): boolean =>
      shards[shard] === identity && !this.#held.has(shard) && this.#taker.isFree(shardLeaseName(set, shard));
    const taken = await Promise.all([...shards.keys()].filter(isWanted).map((shard) => this.#takeShard(shard)));
    const gained = taken.filter((one) => one !== undefined);
    if (gained.length > 0) await this.#begin(gained);
  }

  async #takeShard(shard: number): Promise<readonly [shard: number, tenure: Tenure] | undefined> {
    const name = shardLeaseName(this.#options.set, shard);
    const tenure = await this.#taker.tryToTake(name, (ending, end) => this.#lost(shard, ending, end));
    return tenure && [shard, tenure];
  }

  /** Works from now on under the leases that were taken, unless somebody who divides the work otherwise is seen. */
  async #begin(taken: readonly (readonly [shard: number, tenure: Tenure])[]): Promise<void> {
    let mayBegin = false;
    try {
      mayBegin = !isBlocked(this.#options.set.shards, await this.#look());
    } finally {
      if (!mayBegin) {
        for (const [, tenure] of taken) tenure.giveUp();
        await Promise.all(taken.map(([, tenure]) => tenure.release()));
      }
    }
    if (!mayBegin) return;
    const gained = taken.filter(([, tenure]) => !tenure.ended.aborted);
    for (const [shard, tenure] of gained) {
      this.#held.set(shard, { tenure, isLeaving: false });
      this.#tell(tenure, 'taken');
    }
    if (gained.length > 0) this.#options.onGained(gained.map(([shard]) => shard));
  }

  #lost(shard: number, tenure: Tenure, end: TenureEnd): void {
    // What is given up is taken again, if ever, only when its release is over.
    if (end === 'given up' || this.#held.get(shard)?.tenure !== tenure) return;
    this.#held.delete(shard);
    this.#tell(tenure, 'lost', end);
  }

  #handOver(shard: number, holding: Holding): void {
    holding.isLeaving = true;
    const leaving = this.#drainAndRelease(holding.tenure).finally(() => {
      this.#leaving.delete(leaving);
      if (this.#held.get(shard) === holding) this.#held.delete(shard);
    });
    this.#leaving.add(leaving);
  }

  async #drainAndRelease(tenure: Tenure): Promise<void> {
    const isDrained = await this.#drain(tenure.ended);
    if (tenure.ended.aborted) return;
    tenure.giveUp();
    this.#tell(tenure, 'released', isDrained ? 'released' : 'runs out, because passes had to be aborted');
    if (isDrained) await tenure.release();
  }

  /** Whether all that went on has ended in time. */
  async #drain(ended: AbortSignal): Promise<boolean> {
    const { clock, drainTimeoutMs, whenDrained } = this.#options;
    const waiting = new AbortController();
    const overtime = sleep(clock, drainTimeoutMs, waiting.signal).then(
      () => false,
      () => true,
    );
    const drained = whenDrained(ended).then(() => true);
    const isDrained = await Promise.race([drained, overtime]);
    waiting.abort(new Error('drained'));
    return isDrained;
  }

  async #cleanUp(seen: SeenLeases): Promise<void> {
    const { set, log, store } = this.#options;
    for (const lease of leftOver(set.shards, seen)) {
      try {
        await store.delete(lease);
      } catch (error) {
        // It moved after all, or is asked again in the next round.
        log.debug({ lease: lease.metadata.name, error }, 'Lease of a dead replica could not be deleted');
      }
    }
  }

  #tell({ lease }: Tenure, change: LeaseChange, why?: string): void {
    const { log, metrics, identity } = this.#options;
    const { name } = lease.metadata;
    metrics.changed(name, change);
    const fields = {
      lease: name,
      identity,
      transitions: lease.spec?.leaseTransitions,
      ...(why !== undefined && { why }),
    };
    if (change === 'lost') log.warn(fields, 'Lease lost');
    else log.info(fields, change === 'taken' ? 'Lease taken' : 'Lease released');
  }
}
