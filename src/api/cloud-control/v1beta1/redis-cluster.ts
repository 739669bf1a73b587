import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { int32, object, optional, type ObjectOf, type Rule } from '../../schema.ts';
import { cloudControlKind, redisNameRules, stateColumns } from './common.ts';
import {
  commonRedisInstanceFields,
  commonRedisRules,
  commonRedisSpec,
  commonRedisStatus,
  redisEndpoints,
} from './redis.ts';

/** The quota of an account is lower as a rule, and AWS's to tell; this is the most that it can be raised to. */
export const clusterNodesRule: Rule = {
  rule: 'self.shardCount * (self.replicasPerShard + 1) <= 500',
  message: 'shardCount and replicasPerShard together must ask for at most 500 nodes, which is the limit of AWS.',
};

const awsSchema = object(
  {
    ...commonRedisInstanceFields,
    shardCount: int32({ minimum: 1, maximum: 500, description: 'Shards, over which the keys are spread.' }),
    replicasPerShard: int32({ minimum: 0, maximum: 5, default: 0, description: 'Replicas of each shard.' }),
  },
  { description: 'What is asked of ElastiCache.', rules: [...commonRedisRules, clusterNodesRule] },
);

/** What a RedisCluster may ask for. */
export const redisClusterSpecSchema = object(
  { ...commonRedisSpec, instance: object({ aws: awsSchema }, { description: 'The Redis, by provider.' }) },
  { description: 'What is asked.' },
);

/** How a Redis of many shards is seen to be, in the control plane and by its users. */
export const observedShards = {
  shardCount: optional(int32({ minimum: 0, maximum: 500, description: 'Shards that AWS reports.' })),
  replicasPerShard: optional(
    int32({ minimum: 0, maximum: 5, description: 'Replicas of each shard that AWS reports.' }),
  ),
};

/** What a RedisCluster shows. */
export const redisClusterStatusSchema = object(
  {
    ...commonRedisStatus,
    discoveryEndpoint: redisEndpoints.discoveryEndpoint,
    ...observedShards,
  },
  { description: 'What was observed.' },
);

/** What a RedisCluster asks of ElastiCache. */
export type RedisClusterAws = ObjectOf<typeof awsSchema>;
/** What a RedisCluster asks for, defaults filled in. */
export type RedisClusterSpec = ObjectOf<typeof redisClusterSpecSchema>;
/** What a RedisCluster shows. */
export type RedisClusterStatus = ObjectOf<typeof redisClusterStatusSchema>;

/** A Redis of many shards: ElastiCache with cluster mode enabled. */
export interface RedisCluster extends KubeObject {
  readonly spec: RedisClusterSpec;
  readonly status?: RedisClusterStatus;
}

/** The kind RedisCluster: names, schemas, rules and columns. */
export const redisClusterKind: CustomKind<RedisCluster> = {
  ...cloudControlKind,
  kind: 'RedisCluster',
  plural: 'redisclusters',
  shortNames: ['cmrc'],
  description: 'A Redis of many shards: ElastiCache with cluster mode enabled.',
  spec: redisClusterSpecSchema,
  status: redisClusterStatusSchema,
  rules: redisNameRules,
  columns: [
    { name: 'Scope', type: 'string', jsonPath: '.spec.scope.name' },
    { name: 'Node type', type: 'string', jsonPath: '.status.nodeType' },
    { name: 'Version', type: 'string', jsonPath: '.status.engineVersion' },
    { name: 'Shards', type: 'integer', jsonPath: '.status.shardCount' },
    { name: 'Replicas', type: 'integer', jsonPath: '.status.replicasPerShard' },
    { name: 'Endpoint', type: 'string', jsonPath: '.status.discoveryEndpoint', priority: 1 },
    ...stateColumns(),
  ],
};
