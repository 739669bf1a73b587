/**
 * How fast we call AWS, so that AWS never has to say "slower".
 *
 * AWS throttles each account and region with token buckets, one for each operation. Ours are smaller by a fifth, because
 * an account has other users too (consoles, other controllers), and because theirs and ours do not refill at the same
 * moment.
 */

/** A token bucket: `burst` calls at once, refilled with `perSecond` tokens. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** The limits of a class of operations. */
export interface RateLimits {
  /** Of each operation of the class by itself. */
  readonly each: RateLimit;
  /** Of all operations of the class together. */
  readonly together?: RateLimit;
}

/** The classes; each operation names one. */
export const RATE_LIMITS = {
  // EC2 publishes 100 + 20/s. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
  'ec2-read': { each: { burst: 80, perSecond: 16 } },
  // Published 50 + 5/s.
  'ec2-write': { each: { burst: 40, perSecond: 4 } },
  // Published 50 + 5/s, apart from other writes: rules of security groups, peerings.
  'ec2-resource-intensive': { each: { burst: 40, perSecond: 4 } },
  // Published 100 + 10/s.
  'ec2-tags': { each: { burst: 80, perSecond: 8 } },
  // ElastiCache publishes nothing. Its nearest sibling, RDS, publishes 300 + 12/s for an account and region; since here
  // nobody knows, a smaller burst, the rate for each operation, and room for two busy operations together.
  elasticache: { each: { burst: 30, perSecond: 10 }, together: { burst: 100, perSecond: 20 } },
  // Published: 10,000/s for values, 50/s for writes, 100/s for lists; no reason to come near.
  'secretsmanager-read': { each: { burst: 80, perSecond: 50 } },
  'secretsmanager-write': { each: { burst: 20, perSecond: 20 } },
  // Published 600/s for an account and region; a target asks about once an hour.
  sts: { each: { burst: 50, perSecond: 50 } },
  // Publishes nothing firm; GetResources is known to throttle early.
  tagging: { each: { burst: 10, perSecond: 4 } },
} as const satisfies Readonly<Record<string, RateLimits>>;

export type RateClass = keyof typeof RATE_LIMITS;
