import { type RedisCluster, redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { addressOf } from '../../redis/address.ts';
import type { RedisKind } from '../../redis/redis-kind.ts';

/** A Redis of many shards, cluster mode on. */
export const redisCluster: RedisKind<RedisCluster> = {
  kind: redisClusterKind,
  topologyOf: ({ spec }) => ({
    clusterMode: true,
    shards: spec.instance.aws.shardCount,
    replicasPerShard: spec.instance.aws.replicasPerShard,
  }),
  statusFieldsOf: ({ nodeGroups, configurationEndpoint }) => ({
    discoveryEndpoint: addressOf(configurationEndpoint),
    // While it is being created AWS shows neither shards nor members.
    shardCount: nodeGroups[0] && nodeGroups.length,
    replicasPerShard: nodeGroups[0] && Math.max(nodeGroups[0].members.length - 1, 0),
  }),
};
