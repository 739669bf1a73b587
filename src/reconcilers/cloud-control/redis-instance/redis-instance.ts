import { type RedisInstance, redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { addressOf } from '../../redis/address.ts';
import type { RedisKind } from '../../redis/redis-kind.ts';

/** A Redis of one shard, cluster mode off. */
export const redisInstance: RedisKind<RedisInstance> = {
  kind: redisInstanceKind,
  topologyOf: ({ spec }) => ({
    clusterMode: false,
    shards: 1,
    replicasPerShard: spec.instance.aws.readReplicas,
  }),
  statusFieldsOf: ({ nodeGroups: [shard], memberIds }) => ({
    primaryEndpoint: addressOf(shard?.primaryEndpoint),
    readEndpoint: addressOf(shard?.readerEndpoint),
    // While it is being created AWS may show no members.
    replicaCount: memberIds.length === 0 ? undefined : memberIds.length - 1,
  }),
};
