/** The token buckets of the services: an account and region has one for each operation. */
import type { Throttling } from './service.ts';
import type { BucketSpec } from './throttle.ts';

type Size = Omit<BucketSpec, 'name'>;

/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const EC2_READ: Size = { burst: 100, perSecond: 20 };
const EC2_UNFILTERED_READ: Size = { burst: 50, perSecond: 10 };
const EC2_WRITE: Size = { burst: 50, perSecond: 5 };
const EC2_OWN_SIZES: Readonly<Record<string, Size>> = {
  CreateTags: { burst: 100, perSecond: 10 },
  DeleteTags: { burst: 100, perSecond: 10 },
  CreateNatGateway: { burst: 10, perSecond: 1 },
  DeleteNatGateway: { burst: 10, perSecond: 1 },
  CreateNetworkInterface: { burst: 100, perSecond: 5 },
  CreateVpcEndpoint: { burst: 4, perSecond: 0.3 },
};

/** Of these alone AWS says that they are dearer without filter and page. */
const EC2_DEAR_READS = ['DescribeNetworkInterfaces', 'DescribeSecurityGroups'];

/** Neither paged nor asked for anything in particular: ids, filters and a page size all make a read cheap. */
function isUnfiltered(input: Readonly<Record<string, unknown>>): boolean {
  return !Object.entries(input).some(([name, value]) => name !== 'DryRun' && value !== undefined);
}

function ec2SizeOf(operation: string, input: Readonly<Record<string, unknown>>): Size {
  const isRead = /^(Describe|Get|List|Search)/.test(operation);
  const isDear = EC2_DEAR_READS.includes(operation) && isUnfiltered(input);
  if (isRead) return isDear ? EC2_UNFILTERED_READ : EC2_READ;
  return EC2_OWN_SIZES[operation] ?? EC2_WRITE;
}

export const ec2Throttling: Throttling = {
  code: 'RequestLimitExceeded',
  message: 'Request limit exceeded.',
  httpStatus: 503,
  bucketOf: (operation, input) => {
    const size = ec2SizeOf(operation, input);
    // Filtered and unfiltered calls of one operation are counted apart, because their sizes differ.
    return { name: size === EC2_UNFILTERED_READ ? `${operation}/unfiltered` : operation, ...size };
  },
};

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
