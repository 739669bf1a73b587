import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { int32, object, optional, type ObjectOf } from '../../schema.ts';
import { cloudControlKind, immutable, redisNameRules, stateColumns } from './common.ts';
import {
  commonRedisInstanceFields,
  commonRedisRules,
  commonRedisSpec,
  commonRedisStatus,
  redisEndpoints,
} from './redis.ts';

const awsSchema = object(
  {
    ...commonRedisInstanceFields,
    readReplicas: int32({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Replicas to read from and to fail over to.',
      rules: [immutable('ReadReplicas')],
    }),
  },
  { description: 'What is asked of ElastiCache.', rules: commonRedisRules },
);

/** What a RedisInstance may ask for. */
export const redisInstanceSpecSchema = object(
  { ...commonRedisSpec, instance: object({ aws: awsSchema }, { description: 'The Redis, by provider.' }) },
  { description: 'What is asked.' },
);

/** How a Redis of one shard is seen to be, in the control plane and by its users. */
export const observedReplicas = {
  replicaCount: optional(int32({ minimum: 0, maximum: 5, description: 'Replicas that AWS reports.' })),
};

/** What a RedisInstance shows. */
export const redisInstanceStatusSchema = object(
  {
    ...commonRedisStatus,
    primaryEndpoint: redisEndpoints.primaryEndpoint,
    readEndpoint: redisEndpoints.readEndpoint,
    ...observedReplicas,
  },
  { description: 'What was observed.' },
);

/** What a RedisInstance asks of ElastiCache. */
export type RedisInstanceAws = ObjectOf<typeof awsSchema>;
/** What a RedisInstance asks for, defaults filled in. */
export type RedisInstanceSpec = ObjectOf<typeof redisInstanceSpecSchema>;
/** What a RedisInstance shows. */
export type RedisInstanceStatus = ObjectOf<typeof redisInstanceStatusSchema>;

/** A Redis of one shard: ElastiCache with cluster mode disabled. */
export interface RedisInstance extends KubeObject {
  readonly spec: RedisInstanceSpec;
  readonly status?: RedisInstanceStatus;
}

/** The kind RedisInstance: names, schemas, rules and columns. */
export const redisInstanceKind: CustomKind<RedisInstance> = {
  ...cloudControlKind,
  kind: 'RedisInstance',
  plural: 'redisinstances',
  shortNames: ['cmri'],
  description: 'A Redis of one shard: ElastiCache with cluster mode disabled.',
  spec: redisInstanceSpecSchema,
  status: redisInstanceStatusSchema,
  rules: redisNameRules,
  columns: [
    { name: 'Scope', type: 'string', jsonPath: '.spec.scope.name' },
    { name: 'Node type', type: 'string', jsonPath: '.status.nodeType' },
    { name: 'Version', type: 'string', jsonPath: '.status.engineVersion' },
    { name: 'Replicas', type: 'integer', jsonPath: '.status.replicaCount' },
    { name: 'Endpoint', type: 'string', jsonPath: '.status.primaryEndpoint', priority: 1 },
    ...stateColumns(),
  ],
};
