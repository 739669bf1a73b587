import {
  AWS_REDIS_CLUSTER_TIERS,
  type AwsRedisClusterTier,
} from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import {
  AWS_REDIS_INSTANCE_TIERS,
  type AwsRedisInstanceTier,
} from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';

/** A size that users ask for, of either kind; the names of the two are different. */
export type RedisTier = AwsRedisInstanceTier | AwsRedisClusterTier;

/** Every tier, of both kinds. */
export const REDIS_TIERS: readonly RedisTier[] = [...AWS_REDIS_INSTANCE_TIERS, ...AWS_REDIS_CLUSTER_TIERS];

/** What a tier means in AWS. */
export interface TierNodes {
  readonly nodeType: string;
  /** Of an AwsRedisInstance, which keeps the number that it was made with; those of a cluster its users choose. */
  readonly readReplicas: number;
}

export type TierTable = Readonly<Record<RedisTier, TierNodes>>;

/** What the tiers mean unless the operator of the control plane says otherwise: those that Kyma has. */
export const DEFAULT_TIERS: TierTable = {
  S1: { nodeType: 'cache.t4g.small', readReplicas: 0 },
  S2: { nodeType: 'cache.t4g.medium', readReplicas: 0 },
  S3: { nodeType: 'cache.m7g.large', readReplicas: 0 },
  S4: { nodeType: 'cache.m7g.xlarge', readReplicas: 0 },
  S5: { nodeType: 'cache.m7g.2xlarge', readReplicas: 0 },
  S6: { nodeType: 'cache.m7g.4xlarge', readReplicas: 0 },
  S7: { nodeType: 'cache.m7g.8xlarge', readReplicas: 0 },
  S8: { nodeType: 'cache.m7g.16xlarge', readReplicas: 0 },
  P1: { nodeType: 'cache.m7g.large', readReplicas: 1 },
  P2: { nodeType: 'cache.m7g.xlarge', readReplicas: 1 },
  P3: { nodeType: 'cache.m7g.2xlarge', readReplicas: 1 },
  P4: { nodeType: 'cache.m7g.4xlarge', readReplicas: 1 },
  P5: { nodeType: 'cache.m7g.8xlarge', readReplicas: 1 },
  P6: { nodeType: 'cache.m7g.16xlarge', readReplicas: 1 },
  C1: { nodeType: 'cache.t4g.small', readReplicas: 0 },
  C2: { nodeType: 'cache.t4g.medium', readReplicas: 0 },
  C3: { nodeType: 'cache.m7g.large', readReplicas: 0 },
  C4: { nodeType: 'cache.m7g.xlarge', readReplicas: 0 },
  C5: { nodeType: 'cache.m7g.2xlarge', readReplicas: 0 },
  C6: { nodeType: 'cache.m7g.4xlarge', readReplicas: 0 },
  C7: { nodeType: 'cache.m7g.8xlarge', readReplicas: 0 },
  C8: { nodeType: 'cache.m7g.16xlarge', readReplicas: 0 },
};
