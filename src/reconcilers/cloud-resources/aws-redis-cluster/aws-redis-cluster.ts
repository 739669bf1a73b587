import { type RedisCluster, redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { type AwsRedisCluster, awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { USER_LABELS } from '../../../api/names.ts';
import type { AwsRedisKind } from '../aws-redis/aws-redis-kind.ts';

/** A Redis of many shards: a RedisCluster in the control plane. */
export const awsRedisCluster: AwsRedisKind<AwsRedisCluster, RedisCluster> = {
  kind: awsRedisClusterKind,
  counterpart: redisClusterKind,
  labels: { statusId: USER_LABELS.redisClusterStatusId, namespace: USER_LABELS.redisClusterNamespace },
  specOf: ({ instance, ...common }, { object }) => {
    const { shardCount, replicasPerShard } = object.spec;
    return { ...common, instance: { aws: { ...instance.aws, shardCount, replicasPerShard } } };
  },
  endpointsOf: ({ status }) =>
    status?.discoveryEndpoint === undefined ? undefined : { main: status.discoveryEndpoint, read: undefined },
  secretTextsOf: ({ main }) => ({ discoveryEndpoint: main }),
  statusFieldsOf: ({ status }) => ({
    discoveryEndpoint: status?.discoveryEndpoint,
    shardCount: status?.shardCount,
    replicasPerShard: status?.replicasPerShard,
  }),
};
