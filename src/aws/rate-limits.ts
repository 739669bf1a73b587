/**
 * How fast we call AWS, so that AWS never has to say "slower".
 *
 * AWS throttles each account and region with token buckets. Ours are smaller by a fifth, because an account has other
 * users too (consoles, other controllers), and because theirs and ours do not refill at the same moment.
 */

/** A token bucket: `burst` calls at once, refilled with `perSecond` tokens. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** The buckets of the services; each operation names one. */
export const RATE_LIMITS = {
  // EC2 publishes 100 + 20/s. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
  'ec2-read': { burst: 80, perSecond: 16 },
  // Published 50 + 10/s, for describes without filter and without paging. All ours have one or the other.
  'ec2-read-unfiltered': { burst: 40, perSecond: 8 },
  // Published 50 + 5/s.
  'ec2-write': { burst: 40, perSecond: 4 },
  // Published 50 + 5/s, apart from other writes: rules of security groups, peerings.
  'ec2-resource-intensive': { burst: 40, perSecond: 4 },
  // Published 100 + 10/s.
  'ec2-tags': { burst: 80, perSecond: 8 },
  // ElastiCache publishes nothing. RDS, its nearest sibling, has 12/s with a burst of 300 for an account and region;
  // a fifth below, and a burst that a far smaller bucket on their side would bear too.
  elasticache: { burst: 30, perSecond: 10 },
  // Published: 10,000/s for values, 50/s for writes, 100/s for lists; no reason to come near.
  'secretsmanager-read': { burst: 100, perSecond: 50 },
  'secretsmanager-write': { burst: 20, perSecond: 20 },
  // Published 600/s for an account and region; a target asks about once an hour.
  sts: { burst: 50, perSecond: 50 },
  // Publishes nothing firm; GetResources is known to throttle early.
  tagging: { burst: 10, perSecond: 4 },
} as const satisfies Readonly<Record<string, RateLimit>>;

export type RateClass = keyof typeof RATE_LIMITS;
