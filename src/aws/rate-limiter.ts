import type { Clock } from '../util/clock.ts';
import type { Access } from './operations.ts';
import { RATE_LIMITS, type RateClass, type RateLimit, type RateLimits } from './rate-limits.ts';
import type { Target } from './target.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a call counts against. */
export interface Limited {
  readonly target: Target;
  readonly operation: string;
  readonly access: Access;
  readonly rateClass: RateClass;
}

/** The token buckets of all accounts and regions. AWS counts by account and region, whatever role asks. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #limits: Readonly<Record<RateClass, RateLimits>>;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, limits: Readonly<Record<RateClass, RateLimits>> = RATE_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Resolves with true once the call may go out, or with false as soon as that would be after `deadlineMs`.
   *
   * Reads go before writes: they are few, since a list answers for many, and behind hundreds of creations its pages would
   * take minutes to come together.
   *
   * *Throws* the signal's reason as soon as it aborts.
   */
  async take(call: Limited, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
    for (const bucket of this.#bucketsOf(call)) {
      if (!(await bucket.take(deadlineMs, signal, call.access === 'read'))) return false;
    }
    return true;
  }

  /** Makes all calls of the kind wait, because AWS throttled one. */
  pause(call: Limited, pauseMs: number): void {
    for (const bucket of this.#bucketsOf(call)) bucket.drain(pauseMs);
  }

  #bucketsOf({ target, operation, rateClass }: Limited): readonly TokenBucket[] {
    const { each, together } = this.#limits[rateClass];
    const place = `${target.accountId}/${target.region}/${rateClass}`;
    // The narrow one first: who waits there takes nothing from others.
    const own = this.#bucketOf(`${place}/${operation}`, each);
    return together ? [own, this.#bucketOf(place, together)] : [own];
  }

  #bucketOf(key: string, limit: RateLimit): TokenBucket {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#clock, limit);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
