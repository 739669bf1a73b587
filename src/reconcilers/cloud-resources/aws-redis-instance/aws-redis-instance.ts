import { type RedisInstance, redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import {
  type AwsRedisInstance,
  awsRedisInstanceKind,
} from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { USER_LABELS } from '../../../api/names.ts';
import { type AwsRedisKind, partsOf } from '../aws-redis/aws-redis-kind.ts';

/** A Redis of one shard: a RedisInstance in the control plane. */
export const awsRedisInstance: AwsRedisKind<AwsRedisInstance, RedisInstance> = {
  kind: awsRedisInstanceKind,
  counterpart: redisInstanceKind,
  labels: { statusId: USER_LABELS.redisInstanceStatusId, namespace: USER_LABELS.redisInstanceNamespace },
  specOf: ({ instance, ...common }, { tier }, present) => {
    // A RedisInstance cannot change it, so a tier that means another number by now means it for new ones.
    const readReplicas = present?.instance.aws.readReplicas ?? tier.readReplicas;
    return { ...common, instance: { aws: { ...instance.aws, readReplicas } } };
  },
  endpointsOf: ({ status }) =>
    status?.primaryEndpoint === undefined ? undefined : { main: status.primaryEndpoint, read: status.readEndpoint },
  secretTextsOf: ({ main, read = '' }) => ({
    primaryEndpoint: main,
    readEndpoint: read,
    readHost: partsOf(read).host,
    readPort: partsOf(read).port,
  }),
  statusFieldsOf: ({ status }) => ({
    primaryEndpoint: status?.primaryEndpoint,
    readEndpoint: status?.readEndpoint,
    replicaCount: status?.replicaCount,
  }),
};
