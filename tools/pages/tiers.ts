import { AWS_REDIS_CLUSTER_TIERS } from '../../src/api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { AWS_REDIS_INSTANCE_TIERS } from '../../src/api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { DEFAULT_TIERS, type RedisTier } from '../../src/reconcilers/cloud-resources/aws-redis/tiers.ts';
import { tableOf } from './markdown.ts';

/**
 * The parameter `maxmemory` of each node type, in bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
const MAX_MEMORY: Readonly<Record<string, number>> = {
  'cache.t4g.small': 1_471_026_299,
  'cache.t4g.medium': 3_317_862_236,
  'cache.m7g.large': 6_854_542_746,
  'cache.m7g.xlarge': 13_891_921_715,
  'cache.m7g.2xlarge': 27_966_669_210,
  'cache.m7g.4xlarge': 56_116_178_125,
  'cache.m7g.8xlarge': 111_325_552_312,
  'cache.m7g.16xlarge': 225_000_375_228,
};

/** The sizes that users choose from; undefined for a kind that has none. */
export function tierTable(kind: string): string | undefined {
  if (kind === 'AwsRedisInstance') {
    const rows = AWS_REDIS_INSTANCE_TIERS.map((tier) => [...rowOf(tier), String(DEFAULT_TIERS[tier].readReplicas)]);
    return tableOf(['Tier', 'Node', 'Memory', 'Replicas'], rows);
  }
  if (kind === 'AwsRedisCluster') {
    return tableOf(['Tier', 'Node', 'Memory of a node'], AWS_REDIS_CLUSTER_TIERS.map(rowOf));
  }
  return undefined;
}

function rowOf(tier: RedisTier): string[] {
  const { nodeType } = DEFAULT_TIERS[tier];
  return [`\`${tier}\``, nodeType, memoryOf(nodeType)];
}

/** *Throws* for a node type whose memory nobody has looked up. */
function memoryOf(nodeType: string): string {
  const bytes = MAX_MEMORY[nodeType];
  if (bytes === undefined) throw new Error(`how much memory has ${nodeType}?`);
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
