export {
  CONDITION_REASONS,
  CONDITION_TYPES,
  type ConditionReason,
  type ConditionType,
  STATES,
  type StatusState,
} from './conditions.ts';
export { type Advice, REASON_ADVICE, type UserKindName } from './cloud-resources/v1beta1/advice.ts';
export {
  USER_CONDITION_REASONS,
  USER_CONDITION_TYPES,
  type UserConditionReason,
  type UserConditionType,
  USER_STATES,
  type UserState,
} from './cloud-resources/v1beta1/conditions.ts';
export {
  ADOPT_ANNOTATION,
  ANNOTATIONS,
  COMMON_LABELS,
  DEFAULT_IP_RANGE,
  DEFAULT_IP_RANGE_LABELS,
  FINALIZER,
  LABELS,
  LEGACY_FINALIZERS,
  MODULE_LABEL,
  SCOPE_LABELS,
  SUBSCRIPTION_LABELS,
  USER_LABELS,
} from './names.ts';
export { type CustomKind, type PrinterColumn } from './kind.ts';
export {
  type Scope,
  scopeKind,
  type ScopeSpec,
  scopeSpecSchema,
  type ScopeStatus,
  scopeStatusSchema,
} from './cloud-control/v1beta1/scope.ts';
export {
  type IpRange,
  ipRangeKind,
  type IpRangeSpec,
  ipRangeSpecSchema,
  type IpRangeStatus,
  ipRangeStatusSchema,
} from './cloud-control/v1beta1/ip-range.ts';
export {
  type Subscription,
  subscriptionKind,
  type SubscriptionSpec,
  subscriptionSpecSchema,
  type SubscriptionStatus,
  subscriptionStatusSchema,
} from './cloud-control/v1beta1/subscription.ts';
export {
  type VpcNetwork,
  vpcNetworkKind,
  type VpcNetworkSpec,
  vpcNetworkSpecSchema,
  type VpcNetworkStatus,
  vpcNetworkStatusSchema,
} from './cloud-control/v1beta1/vpc-network.ts';
export {
  kymaNetworkName,
  type Network,
  networkKind,
  type NetworkSpec,
  networkSpecSchema,
  type NetworkStatus,
  networkStatusSchema,
} from './cloud-control/v1beta1/network.ts';
export {
  PEERING_CODES,
  type VpcPeering,
  vpcPeeringKind,
  type VpcPeeringSpec,
  vpcPeeringSpecSchema,
  type VpcPeeringStatus,
  vpcPeeringStatusSchema,
} from './cloud-control/v1beta1/vpc-peering.ts';
export { commonStatus } from './cloud-control/v1beta1/common.ts';
export { ENGINE_VERSIONS, type EngineVersion } from './cloud-control/v1beta1/redis.ts';
export {
  type RedisInstance,
  type RedisInstanceAws,
  redisInstanceKind,
  type RedisInstanceSpec,
  redisInstanceSpecSchema,
  type RedisInstanceStatus,
  redisInstanceStatusSchema,
} from './cloud-control/v1beta1/redis-instance.ts';
export {
  type RedisCluster,
  type RedisClusterAws,
  redisClusterKind,
  type RedisClusterSpec,
  redisClusterSpecSchema,
  type RedisClusterStatus,
  redisClusterStatusSchema,
} from './cloud-control/v1beta1/redis-cluster.ts';
export {
  type CloudResources,
  cloudResourcesKind,
  type CloudResourcesSpec,
  cloudResourcesSpecSchema,
  type CloudResourcesStatus,
  cloudResourcesStatusSchema,
} from './cloud-resources/v1beta1/cloud-resources.ts';
export {
  type UserIpRange,
  userIpRangeKind,
  type UserIpRangeSpec,
  userIpRangeSpecSchema,
  type UserIpRangeStatus,
  userIpRangeStatusSchema,
} from './cloud-resources/v1beta1/ip-range.ts';
export {
  AWS_REDIS_INSTANCE_TIERS,
  type AwsRedisInstance,
  awsRedisInstanceKind,
  type AwsRedisInstanceSpec,
  awsRedisInstanceSpecSchema,
  type AwsRedisInstanceStatus,
  awsRedisInstanceStatusSchema,
  type AwsRedisInstanceTier,
} from './cloud-resources/v1beta1/aws-redis-instance.ts';
export {
  AWS_REDIS_CLUSTER_TIERS,
  type AwsRedisCluster,
  awsRedisClusterKind,
  type AwsRedisClusterSpec,
  awsRedisClusterSpecSchema,
  type AwsRedisClusterStatus,
  awsRedisClusterStatusSchema,
  type AwsRedisClusterTier,
} from './cloud-resources/v1beta1/aws-redis-cluster.ts';
export {
  type AwsVpcPeering,
  awsVpcPeeringKind,
  type AwsVpcPeeringSpec,
  awsVpcPeeringSpecSchema,
  type AwsVpcPeeringStatus,
  awsVpcPeeringStatusSchema,
} from './cloud-resources/v1beta1/aws-vpc-peering.ts';
export {
  CONTROL_PLANE_KINDS,
  crdFrom,
  crdYaml,
  CUSTOM_KINDS,
  type CustomResourceDefinition,
  USER_KINDS,
} from './crd.ts';
export {
  bool,
  choice,
  generationNumber,
  instant,
  int32,
  list,
  mapOf,
  object,
  optional,
  text,
  type ObjectOf,
  type Rule,
} from './schema.ts';
export { structuralSchemaFrom, StructuralSchemaError, type StructuralSchema } from './structural.ts';
