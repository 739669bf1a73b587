import type { Clock } from '../util/clock.ts';
import type { RateLimit } from './rate-limits.ts';

/** A throttling lasts at most as if so many seconds' tokens were owed, however many calls it hit. */
const MOST_OWED_SECONDS = 5;

/** Tokens that refill with time up to a burst. Who takes more than there are owes them. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  #tokens: number;
  #filledAtMs: number;

  constructor(clock: Clock, limit: RateLimit) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** How long until so many tokens are there, in whole milliseconds: floating point never says "now" a hair too early. */
  msUntil(tokens: number): number {
    this.#refill();
    return Math.ceil(Math.max(0, ((tokens - this.#tokens) * 1000) / this.#limit.perSecond));
  }

  take(): void {
    this.#refill();
    this.#tokens -= 1;
  }

  /** Empties the bucket, and lets it fill only after `pauseMs`. */
  drain(pauseMs: number): void {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, 0) - (pauseMs * this.#limit.perSecond) / 1000;
    // Many calls may be throttled in one moment; together they pause once, not once each.
    this.#tokens = Math.max(this.#tokens, -this.#limit.perSecond * MOST_OWED_SECONDS);
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    const gained = ((nowMs - this.#filledAtMs) * this.#limit.perSecond) / 1000;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}
