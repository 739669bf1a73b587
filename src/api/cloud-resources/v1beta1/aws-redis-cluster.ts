import type { KubeObject } from '../../../kube/resource.ts';
import { stateColumns } from '../../cloud-control/v1beta1/common.ts';
import { clusterNodesRule, observedShards } from '../../cloud-control/v1beta1/redis-cluster.ts';
import { redisEndpoints } from '../../cloud-control/v1beta1/redis.ts';
import type { CustomKind } from '../../kind.ts';
import { choice, int32, object, type ObjectOf } from '../../schema.ts';
import { authSecretNameRule } from './auth-secret.ts';
import { commonAwsRedisSpec, commonAwsRedisStatus, redisColumns, remoteNameRules } from './aws-redis.ts';
import { cloudResourcesGroup } from './common.ts';

/** Sizes of the nodes of an AwsRedisCluster. */
export const AWS_REDIS_CLUSTER_TIERS = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8'] as const;

/** One of {@link AWS_REDIS_CLUSTER_TIERS}. */
export type AwsRedisClusterTier = (typeof AWS_REDIS_CLUSTER_TIERS)[number];

/** What an AwsRedisCluster may ask for. */
export const awsRedisClusterSpecSchema = object(
  {
    redisTier: choice(AWS_REDIS_CLUSTER_TIERS, { description: 'The size of each node.' }),
    shardCount: int32({ minimum: 1, maximum: 500, description: 'Shards, over which the keys are spread.' }),
    replicasPerShard: int32({ minimum: 0, maximum: 5, default: 1, description: 'Replicas of each shard.' }),
    ...commonAwsRedisSpec,
  },
  { description: 'What is asked.', rules: [clusterNodesRule] },
);

/** What an AwsRedisCluster shows. */
export const awsRedisClusterStatusSchema = object(
  {
    ...commonAwsRedisStatus,
    discoveryEndpoint: redisEndpoints.discoveryEndpoint,
    ...observedShards,
  },
  { description: 'What was observed.' },
);

/** What an AwsRedisCluster asks for, defaults filled in. */
export type AwsRedisClusterSpec = ObjectOf<typeof awsRedisClusterSpecSchema>;
/** What an AwsRedisCluster shows. */
export type AwsRedisClusterStatus = ObjectOf<typeof awsRedisClusterStatusSchema>;

/** A Redis of many shards for the users of a cluster, and a Secret that says how to connect. */
export interface AwsRedisCluster extends KubeObject {
  readonly spec: AwsRedisClusterSpec;
  readonly status?: AwsRedisClusterStatus;
}

/** The kind AwsRedisCluster: names, schemas, rules and columns. */
export const awsRedisClusterKind: CustomKind<AwsRedisCluster> = {
  ...cloudResourcesGroup,
  namespaced: true,
  kind: 'AwsRedisCluster',
  plural: 'awsredisclusters',
  description: 'A Redis of many shards for the users of a cluster, and a Secret that says how to connect.',
  spec: awsRedisClusterSpecSchema,
  status: awsRedisClusterStatusSchema,
  rules: [...remoteNameRules, authSecretNameRule],
  columns: [...redisColumns('.status.discoveryEndpoint'), ...stateColumns()],
};
