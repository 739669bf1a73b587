import type { Clock } from '../util/clock.ts';
import type { Access } from './operations.ts';
import { RATE_LIMITS, type RateClass, type RateLimits } from './rate-limits.ts';
import { RateQueue } from './rate-queue.ts';
import type { Target } from './target.ts';

/** What a call counts against. */
export interface Limited {
  readonly target: Target;
  readonly operation: string;
  readonly access: Access;
  readonly rateClass: RateClass;
}

/** The rate limits of all accounts and regions. AWS counts by account and region, whatever role asks. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #limits: Readonly<Record<RateClass, RateLimits>>;
  readonly #queues = new Map<string, RateQueue>();

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
  take(call: Limited, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
    return this.#queueOf(call).take(call.operation, { deadlineMs, signal, goesFirst: call.access === 'read' });
  }

  /** Makes all calls of the kind wait, because AWS throttled one. */
  pause(call: Limited, pauseMs: number): void {
    this.#queueOf(call).pause(call.operation, pauseMs);
  }

  #queueOf({ target, rateClass }: Limited): RateQueue {
    const key = `${target.accountId}/${target.region}/${rateClass}`;
    const queue = this.#queues.get(key) ?? new RateQueue(this.#clock, this.#limits[rateClass]);
    this.#queues.set(key, queue);
    return queue;
  }
}
