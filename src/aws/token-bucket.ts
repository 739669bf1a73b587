/**
 * A token bucket that callers wait at.
 *
 * - Tokens refill with time up to the burst; who comes when one is there goes on at once.
 * - Otherwise callers wait in order of arrival, but before all others who may go first. They are let go twice a second, as
 *   many as there are tokens by then, in the same moments at all buckets: a call that goes out among ten costs half the CPU
 *   time of one that goes out alone, since nothing of it is in the caches of the processor any more after a pause.
 * - Who would have to wait beyond its deadline is refused at once: waiting would only lengthen the queue.
 * - `drain` takes all tokens away, when AWS throttled us all the same; each waiter then waits longer.
 *
 * Guarantees: never more than `burst + perSecond * t` calls in any time `t`; a waiter that aborts costs no token; no
 * timer is left when nobody waits.
 */
import { abortableWait } from '../util/abort.ts';
import type { Cancel, Clock } from '../util/clock.ts';
import type { RateLimit } from './rate-limits.ts';

const RELEASE_EVERY_MS = 500;

interface Waiter {
  readonly goesFirst: boolean;
  readonly proceed: () => void;
}

export class TokenBucket {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  readonly #queue: Waiter[] = [];
  #tokens: number;
  #filledAtMs: number;
  #cancelTimer: Cancel | undefined;

  constructor(clock: Clock, limit: RateLimit) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledAtMs = clock.monotonicMs();
  }

  /**
   * Resolves with true once the caller may go on, or at once with false when that would be after `deadlineMs`
   * (monotonic), as the queue is now: who goes first may make others later still.
   *
   * *Throws* the signal's reason as soon as it aborts.
   */
  take(deadlineMs: number, signal: AbortSignal, goesFirst = false): Promise<boolean> {
    signal.throwIfAborted();
    this.#refill();
    if (this.#queue.length === 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      return Promise.resolve(true);
    }
    const place = this.#placeOf(goesFirst);
    if (this.#releaseMsOf(place + 1) > deadlineMs) return Promise.resolve(false);
    return this.#wait(signal, goesFirst);
  }

  /** Empties the bucket, and lets it fill only after `pauseMs`. */
  drain(pauseMs: number): void {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, 0) - (pauseMs * this.#limit.perSecond) / 1000;
    // Many calls may be throttled in one moment; together they pause once, not once each.
    this.#tokens = Math.max(this.#tokens, -this.#limit.perSecond * 5);
    this.#arm();
  }

  /** How many go before one who comes now. */
  #placeOf(goesFirst: boolean): number {
    const others = goesFirst ? this.#queue.findIndex((waiter) => !waiter.goesFirst) : -1;
    return others === -1 ? this.#queue.length : others;
  }

  #wait(signal: AbortSignal, goesFirst: boolean): Promise<boolean> {
    return abortableWait(signal, (resolve) => {
      const waiter: Waiter = { goesFirst, proceed: () => resolve(true) };
      this.#queue.splice(this.#placeOf(goesFirst), 0, waiter);
      this.#arm();
      return () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        this.#arm();
      };
    });
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    const gained = ((nowMs - this.#filledAtMs) * this.#limit.perSecond) / 1000;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }

  /** The moment at which so many tokens are there and callers are let go. */
  #releaseMsOf(tokens: number): number {
    // Rounded up, so that floating point never wakes us a hair before the token is whole.
    const missingMs = Math.ceil(Math.max(0, ((tokens - this.#tokens) * 1000) / this.#limit.perSecond));
    return Math.ceil((this.#clock.monotonicMs() + missingMs) / RELEASE_EVERY_MS) * RELEASE_EVERY_MS;
  }

  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#queue.length === 0) return;
    const delayMs = this.#releaseMsOf(1) - this.#clock.monotonicMs();
    this.#cancelTimer = this.#clock.schedule(Math.ceil(delayMs), () => this.#release());
  }

  #release(): void {
    this.#refill();
    while (this.#tokens >= 1) {
      const waiter = this.#queue.shift();
      if (!waiter) break;
      this.#tokens -= 1;
      waiter.proceed();
    }
    this.#arm();
  }
}
