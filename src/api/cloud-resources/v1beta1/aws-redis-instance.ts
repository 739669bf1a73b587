import type { KubeObject } from '../../../kube/resource.ts';
import { stateColumns } from '../../cloud-control/v1beta1/common.ts';
import { observedReplicas } from '../../cloud-control/v1beta1/redis-instance.ts';
import { redisEndpoints } from '../../cloud-control/v1beta1/redis.ts';
import type { CustomKind } from '../../kind.ts';
import { choice, object, type ObjectOf } from '../../schema.ts';
import { authSecretNameRule } from './auth-secret.ts';
import { commonAwsRedisSpec, commonAwsRedisStatus, redisColumns, remoteNameRules } from './aws-redis.ts';
import { cloudResourcesGroup } from './common.ts';

/** Sizes of an AwsRedisInstance: S without a replica, P with one. */
export const AWS_REDIS_INSTANCE_TIERS = [
  ...(['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8'] as const),
  ...(['P1', 'P2', 'P3', 'P4', 'P5', 'P6'] as const),
] as const;

/** One of {@link AWS_REDIS_INSTANCE_TIERS}. */
export type AwsRedisInstanceTier = (typeof AWS_REDIS_INSTANCE_TIERS)[number];

/** What an AwsRedisInstance may ask for. */
export const awsRedisInstanceSpecSchema = object(
  {
    redisTier: choice(AWS_REDIS_INSTANCE_TIERS, {
      description: 'The size: S1 to S8 have one node, P1 to P6 a replica to read from and to fail over to as well.',
      rules: [
        {
          rule: "self.startsWith('S') == oldSelf.startsWith('S')",
          message:
            'redisTier can change among S1 to S8 and among P1 to P6, not from the one to the other, because replicas cannot be added or taken away later.',
        },
      ],
    }),
    ...commonAwsRedisSpec,
  },
  { description: 'What is asked.' },
);

/** What an AwsRedisInstance shows. */
export const awsRedisInstanceStatusSchema = object(
  {
    ...commonAwsRedisStatus,
    primaryEndpoint: redisEndpoints.primaryEndpoint,
    readEndpoint: redisEndpoints.readEndpoint,
    ...observedReplicas,
  },
  { description: 'What was observed.' },
);

/** What an AwsRedisInstance asks for, defaults filled in. */
export type AwsRedisInstanceSpec = ObjectOf<typeof awsRedisInstanceSpecSchema>;
/** What an AwsRedisInstance shows. */
export type AwsRedisInstanceStatus = ObjectOf<typeof awsRedisInstanceStatusSchema>;

/** A Redis of one shard for the users of a cluster, and a Secret that says how to connect. */
export interface AwsRedisInstance extends KubeObject {
  readonly spec: AwsRedisInstanceSpec;
  readonly status?: AwsRedisInstanceStatus;
}

/** The kind AwsRedisInstance: names, schemas, rules and columns. */
export const awsRedisInstanceKind: CustomKind<AwsRedisInstance> = {
  ...cloudResourcesGroup,
  namespaced: true,
  kind: 'AwsRedisInstance',
  plural: 'awsredisinstances',
  description: 'A Redis of one shard for the users of a cluster, and a Secret that says how to connect.',
  spec: awsRedisInstanceSpecSchema,
  status: awsRedisInstanceStatusSchema,
  rules: [...remoteNameRules, authSecretNameRule],
  columns: [...redisColumns('.status.primaryEndpoint'), ...stateColumns()],
};
