import type { Clock } from '../../util/clock.ts';

/** A token bucket: `burst` calls at once, refilled with `perSecond` tokens. Calls with the same `name` share one. */
export interface BucketSpec {
  readonly name: string;
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** The token buckets of one account and region. They follow the wall's monotonic time, never the scaled one. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token; false when the bucket is empty. A refused call costs nothing. */
  take(spec: BucketSpec): boolean {
    const nowMs = this.#clock.monotonicMs();
    const bucket = this.#buckets.get(spec.name) ?? { tokens: spec.burst, filledAtMs: nowMs };
    const gained = ((nowMs - bucket.filledAtMs) * spec.perSecond) / 1000;
    const tokens = Math.min(spec.burst, bucket.tokens + gained);
    const allowed = tokens >= 1;
    this.#buckets.set(spec.name, { tokens: allowed ? tokens - 1 : tokens, filledAtMs: nowMs });
    return allowed;
  }
}
