/** Token buckets of services: an account and region has one for each operation. EC2's stand with EC2. */
import type { Throttling } from './service.ts';
import type { BucketSpec } from './throttle.ts';

type Size = Omit<BucketSpec, 'name'>;

/** AWS publishes no numbers for ElastiCache; these are modest, so that who is polite here is polite there. */
export const elastiCacheThrottling: Throttling = {
  code: 'Throttling',
  message: 'Rate exceeded',
  bucketOf: (operation) => ({ name: operation, burst: 40, perSecond: 20 }),
};

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const SECRETS_READS = { burst: 10_000, perSecond: 10_000 };
const SECRETS_DESCRIBE = { burst: 40_000, perSecond: 40_000 };
const SECRETS_LISTS = { burst: 100, perSecond: 100 };
const SECRETS_WRITES = { burst: 50, perSecond: 50 };

const SECRETS_SIZES: Readonly<Record<string, Size>> = {
  GetSecretValue: SECRETS_READS,
  DescribeSecret: SECRETS_DESCRIBE,
  ListSecrets: SECRETS_LISTS,
  BatchGetSecretValue: SECRETS_LISTS,
};

export const secretsManagerThrottling: Throttling = {
  code: 'ThrottlingException',
  message: 'Rate exceeded',
  bucketOf: (operation) => ({ name: operation, ...(SECRETS_SIZES[operation] ?? SECRETS_WRITES) }),
};

/** AWS publishes no numbers for the tagging API either; GetResources is known to be slow and is kept small. */
export const taggingThrottling: Throttling = {
  code: 'ThrottledException',
  message: 'Rate exceeded',
  bucketOf: (operation) => ({ name: operation, burst: 15, perSecond: 15 }),
};
