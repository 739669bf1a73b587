/**
 * One lease, for as long as we hold it without a break.
 *
 * *States*: held (renewed every retry period) → ended, for one of the reasons of {@link TenureEnd}; it never comes back,
 * a new hold is a new tenure. *Guarantees*
 * - The right to write ends a renew deadline after the moment at which the last renewal that succeeded was *begun*, by our
 *   monotonic clock. Others take the lease no sooner than a lease duration after they saw that renewal, which is later.
 *   The difference of the two times makes up for clocks that run at different speeds, and for what is still on its way.
 * - A renewal whose answer was lost proves nothing: it is looked at, and begun again.
 * - As soon as somebody else is seen to hold the lease, or the right has run out, `ended` aborts.
 */
import { isConflict, isNotFound, type KubeLease } from '../../kube/index.ts';
import { type Authority, AuthorityEndedError } from '../../util/call.ts';
import { type Cancel, type Clock, sleep } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import {
  holderOf,
  type LeaseSet,
  type LeaseTiming,
  newLease,
  releasedSpec,
  renewedSpec,
  rewritten,
} from './lease-set.ts';
import type { LeaseStore } from './lease-store.ts';

/** `expired`: could not be renewed in time; `taken`: somebody else holds it; `given up`: by ourselves. */
export type TenureEnd = 'expired' | 'taken' | 'given up';

export interface TenureDeps {
  readonly set: LeaseSet;
  readonly identity: string;
  readonly timing: LeaseTiming;
  readonly store: LeaseStore;
  readonly clock: Clock;
  /** Spreads renewals; 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** So much more may the wall clock have gone on than the monotonic one before it is said that the machine slept. */
const SLEPT_MS = 1_000;
/** Each further try means that a renewal of ours came in between. */
const RELEASE_TRIES = 3;

/** The moment at which a request was begun, by both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.now() };
}

export class Tenure implements Authority {
  readonly #deps: TenureDeps;
  readonly #ending = new AbortController();
  readonly #onEnd: (end: TenureEnd) => void;
  #lease: KubeLease;
  #granted: Moment;
  #cancelExpiry: Cancel = () => {};
  #renewing: Promise<void> = Promise.resolve();

  /** @param granted - When the request was begun by which `lease` became ours. */
  constructor(lease: KubeLease, granted: Moment, deps: TenureDeps, onEnd: (end: TenureEnd) => void) {
    this.#lease = lease;
    this.#granted = granted;
    this.#deps = deps;
    this.#onEnd = onEnd;
    this.#watchExpiry();
    this.#renewing = this.#renewUntilEnded();
  }

  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  get lease(): KubeLease {
    return this.#lease;
  }

  expiresAtMs(): number {
    if (this.ended.aborted || this.#hasSlept()) return -Infinity;
    return this.#granted.monotonicMs + this.#deps.timing.renewDeadlineMs;
  }

  /** Ends the right to write at once; the lease itself stays ours until it is released, or runs out. */
  giveUp(): void {
    this.#end('given up');
  }

  /** Lets others have the lease at once; after `giveUp`. Never throws: what cannot be released runs out. */
  async release(): Promise<void> {
    const { set, clock, log, store } = this.#deps;
    await this.#renewing;
    try {
      await this.#settleOurs((lease) => store.update(rewritten(set, lease, releasedSpec(lease, clock.now()))));
    } catch (error) {
      log.info({ lease: this.#lease.metadata.name, error }, 'Lease could not be released and runs out');
    }
  }

  /** Deletes the lease; after `giveUp`. Never throws. */
  async remove(): Promise<void> {
    const { log, store } = this.#deps;
    await this.#renewing;
    try {
      await this.#settleOurs((lease) => store.delete(lease));
    } catch (error) {
      log.info({ lease: this.#lease.metadata.name, error }, 'Lease could not be deleted and runs out');
    }
  }

  /** A machine or a virtual machine that sleeps may stop its monotonic clock; that others wait meanwhile nobody said. */
  #hasSlept(): boolean {
    const { monotonicMs, wallMs } = momentOf(this.#deps.clock);
    return wallMs - this.#granted.wallMs > monotonicMs - this.#granted.monotonicMs + SLEPT_MS;
  }

  #end(end: TenureEnd): void {
    if (this.ended.aborted) return;
    this.#cancelExpiry();
    this.#ending.abort(new AuthorityEndedError(`The lease ${this.#lease.metadata.name} is no longer held: ${end}`));
    this.#onEnd(end);
  }

  #watchExpiry(): void {
    const { clock, timing } = this.#deps;
    this.#cancelExpiry();
    const leftMs = this.#granted.monotonicMs + timing.renewDeadlineMs - clock.monotonicMs();
    this.#cancelExpiry = clock.schedule(leftMs, () => this.#end('expired'));
  }

  async #renewUntilEnded(): Promise<void> {
    const { clock, random, timing, log } = this.#deps;
    while (!this.ended.aborted) {
      // Never longer than a retry period, so that what others promise of it holds.
      const pauseMs = timing.retryPeriodMs * (0.8 + random() / 5);
      const isOver = await sleep(clock, pauseMs, this.ended).then(
        () => false,
        () => true,
      );
      if (isOver) return;
      try {
        await this.#renew();
      } catch (error) {
        // Before the right runs out there is time for more tries; that it ran out is told.
        log.debug({ lease: this.#lease.metadata.name, error }, 'Lease could not be renewed');
      }
    }
  }

  async #renew(): Promise<void> {
    try {
      await this.#grantedBy(() => this.#writeRenewal());
    } catch (error) {
      if (isNotFound(error)) await this.#makeAgain();
      else if (isConflict(error)) await this.#lookAgain();
      else throw error;
    }
  }

  #writeRenewal(): Promise<KubeLease> {
    const { set, clock, store } = this.#deps;
    return store.update(
      rewritten(set, this.#lease, renewedSpec(this.#lease, this.#deps.timing.durationMs, clock.now())),
    );
  }

  /** Somebody edited the lease, or has taken it; or an earlier renewal of ours did arrive. */
  async #lookAgain(): Promise<void> {
    const { identity, store } = this.#deps;
    const found = await store.find(this.#lease.metadata.name);
    if (found === undefined) return this.#makeAgain();
    if (holderOf(found) !== identity) return this.#end('taken');
    this.#lease = found;
    return this.#grantedBy(() => this.#writeRenewal());
  }

  /** Somebody deleted the lease. Others who saw it wait as long as if it were there. */
  #makeAgain(): Promise<void> {
    const { set, store } = this.#deps;
    const { metadata, spec } = this.#lease;
    return this.#grantedBy(() => store.create(newLease(set, metadata.name, metadata.namespace ?? '', { ...spec })));
  }

  async #grantedBy(request: () => Promise<KubeLease>): Promise<void> {
    const moment = momentOf(this.#deps.clock);
    this.#lease = await request();
    if (this.ended.aborted) return;
    this.#granted = moment;
    this.#watchExpiry();
  }

  /** Does something to the lease as it now is, if it is still ours. */
  async #settleOurs(settle: (lease: KubeLease) => Promise<unknown>): Promise<void> {
    const { identity, store } = this.#deps;
    let lease: KubeLease | undefined = this.#lease;
    for (let tried = 1; lease !== undefined && holderOf(lease) === identity; tried += 1) {
      try {
        await settle(lease);
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error) || tried >= RELEASE_TRIES) throw error;
        lease = await store.find(lease.metadata.name);
      }
    }
  }
}
