/**
 * The queue before the token buckets of one class of operations in one account and region.
 *
 * - A call needs a token of its operation's bucket and one of the bucket of all, at the same moment: a call that held one
 *   and waited for the other would in the end go out in a heap with its like, faster than AWS allows.
 * - Who finds both, and nobody before it who needs them, goes on at once. All others wait in order of arrival, but before
 *   all others who may go first; who cannot go yet does not hold up those behind it who need another bucket.
 * - The waiting are let go twice a second, as many as there are tokens by then, in the same moments at all queues: a call that
 *   goes out among ten costs half the CPU time of one that goes out alone, since after a pause nothing of it is in the caches
 *   of the processor any more.
 * - Who would have to wait beyond its deadline is refused at once: waiting would only lengthen the queue.
 *
 * Guarantees: of each bucket never more than `burst + perSecond * t` calls in any time `t`; a waiter that aborts costs no
 * token; no timer is left when nobody waits.
 */
import { abortableWait } from '../util/abort.ts';
import type { Cancel, Clock } from '../util/clock.ts';
import type { RateLimits } from './rate-limits.ts';
import { TokenBucket } from './token-bucket.ts';

export interface TakeOptions {
  /** Monotonic. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Whether it goes before all who wait and do not. */
  readonly goesFirst: boolean;
}

interface Waiter {
  readonly own: TokenBucket;
  readonly goesFirst: boolean;
  readonly proceed: () => void;
}

const RELEASE_EVERY_MS = 500;

export class RateQueue {
  readonly #clock: Clock;
  readonly #limits: RateLimits;
  readonly #own = new Map<string, TokenBucket>();
  readonly #together: TokenBucket | undefined;
  #waiting: Waiter[] = [];
  #cancelTimer: Cancel | undefined;

  constructor(clock: Clock, limits: RateLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#together = limits.together && new TokenBucket(clock, limits.together);
  }

  /**
   * Resolves with true once the call may go out, or at once with false when that would surely be after the deadline: who
   * comes later and goes first may make others later still.
   *
   * *Throws* the signal's reason as soon as it aborts.
   */
  take(operation: string, { deadlineMs, signal, goesFirst }: TakeOptions): Promise<boolean> {
    signal.throwIfAborted();
    const own = this.#ownOf(operation);
    const missingMs = this.#msUntilAfter(this.#waiting.slice(0, this.#placeOf(goesFirst)), own);
    if (missingMs === 0) {
      this.#takeTokens(own);
      return Promise.resolve(true);
    }
    if (this.#releaseMsIn(missingMs) > deadlineMs) return Promise.resolve(false);
    return this.#wait(own, signal, goesFirst);
  }

  /** Makes all calls of the class wait, because AWS throttled one of `operation`. */
  pause(operation: string, pauseMs: number): void {
    this.#ownOf(operation).drain(pauseMs);
    this.#together?.drain(pauseMs);
    this.#arm();
  }

  #ownOf(operation: string): TokenBucket {
    const bucket = this.#own.get(operation) ?? new TokenBucket(this.#clock, this.#limits.each);
    this.#own.set(operation, bucket);
    return bucket;
  }

  /** How many go before one who comes now. */
  #placeOf(goesFirst: boolean): number {
    const others = goesFirst ? this.#waiting.findIndex((waiter) => !waiter.goesFirst) : -1;
    return others === -1 ? this.#waiting.length : others;
  }

  /** How long at least until both buckets have a token for one who comes after `before`. */
  #msUntilAfter(before: readonly Waiter[], own: TokenBucket): number {
    const alike = before.filter((waiter) => waiter.own === own).length;
    // Those whose own bucket is empty take nothing from the common one yet.
    const ready = before.filter((waiter) => waiter.own.msUntil(1) === 0).length;
    return Math.max(own.msUntil(alike + 1), this.#together?.msUntil(ready + 1) ?? 0);
  }

  /** The moment, monotonic, at which callers are let go when so much time has passed. */
  #releaseMsIn(ms: number): number {
    return Math.ceil((this.#clock.monotonicMs() + ms) / RELEASE_EVERY_MS) * RELEASE_EVERY_MS;
  }

  #takeTokens(own: TokenBucket): void {
    own.take();
    this.#together?.take();
  }

  #wait(own: TokenBucket, signal: AbortSignal, goesFirst: boolean): Promise<boolean> {
    return abortableWait(signal, (resolve) => {
      const waiter: Waiter = { own, goesFirst, proceed: () => resolve(true) };
      this.#waiting.splice(this.#placeOf(goesFirst), 0, waiter);
      this.#arm();
      return () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        this.#arm();
      };
    });
  }

  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.length === 0) return;
    const buckets = new Set(this.#waiting.map(({ own }) => own));
    const soonestMs = Math.min(...[...buckets].map((own) => this.#msUntilAfter([], own)));
    const delayMs = Math.ceil(this.#releaseMsIn(soonestMs) - this.#clock.monotonicMs());
    this.#cancelTimer = this.#clock.schedule(delayMs, () => this.#release());
  }

  #release(): void {
    const released: Waiter[] = [];
    this.#waiting = this.#waiting.filter((waiter) => {
      if (this.#msUntilAfter([], waiter.own) > 0) return true;
      this.#takeTokens(waiter.own);
      released.push(waiter);
      return false;
    });
    this.#arm();
    for (const { proceed } of released) proceed();
  }
}
