export { createAws } from './create-aws.ts';
export type { AvailabilityZone } from './ec2/availability-zone.ts';
export type { Ec2Client } from './ec2/client.ts';
export type { CreateDhcpOptionsRequest, DhcpOptions } from './ec2/dhcp-options.ts';
export type { Holder } from './ec2/holder.ts';
export type {
  CreateInternetGatewayRequest,
  InternetGateway,
  InternetGatewayAttachment,
} from './ec2/internet-gateway.ts';
export type { NatGateway, NatGatewayState } from './ec2/nat-gateway.ts';
export type { PeeringClient } from './ec2/peering-client.ts';
export type { NewRouteTarget, Route, RouteTable, RouteTarget } from './ec2/route-table.ts';
export type {
  CreateSecurityGroupRequest,
  IngressRule,
  IngressSource,
  SecurityGroup,
  SecurityGroupQuery,
} from './ec2/security-group.ts';
export type { CreateSubnetRequest, Subnet } from './ec2/subnet.ts';
export type {
  CreateVpcPeeringRequest,
  VpcPeering,
  VpcPeeringQuery,
  VpcPeeringSide,
  VpcPeeringStatus,
  VpcPeeringStatusCode,
} from './ec2/vpc-peering.ts';
export type { CidrBlock, CidrBlockState, CreateVpcRequest, Vpc, VpcAttributes } from './ec2/vpc.ts';
export type { ElastiCacheClient } from './elasticache/client.ts';
export type { ElastiCacheEvent, EventSource } from './elasticache/event.ts';
export type { Member, MemberParameterGroup, MemberPending } from './elasticache/member.ts';
export type { CreateParameterGroupRequest, Parameter, ParameterGroup } from './elasticache/parameter-group.ts';
export type {
  CreateReplicationGroupRequest,
  Endpoint,
  NodeGroup,
  NodeGroupMember,
  PendingChanges,
  ReplicationGroup,
  ReplicationGroupChange,
  ReplicationGroupStatus,
} from './elasticache/replication-group.ts';
export type { CreateSubnetGroupRequest, SubnetGroup } from './elasticache/subnet-group.ts';
export type { CreateUserGroupRequest, UserGroup } from './elasticache/user-group.ts';
export {
  AwsError,
  NotFoundError,
  isAccessDenied,
  isAlreadyExists,
  isInUse,
  isInvalidInput,
  isInvalidState,
  isLimit,
  isNotFound,
  isOutcomeUnknown,
  isRetryable,
  isThrottled,
  orAbsent,
  userMessage,
} from './errors.ts';
export type { AwsErrorFields, AwsErrorKind } from './errors.ts';
export { assumeRolePolicy, iamPolicy } from './iam-policy.ts';
export type { PolicyDocument, PolicyStatement, TargetRole } from './iam-policy.ts';
export type { AwsOptions, CredentialOptions } from './options.ts';
export type { Aws, AwsDeps, CallListener, CallRecord } from './provider.ts';
export type { CreateSecretRequest, Secret, SecretValue, SecretVersion } from './secrets-manager/secret.ts';
export type { SecretsManagerClient } from './secrets-manager/client.ts';
export type { CallerIdentity, StsClient } from './sts/client.ts';
export type { TagQuery, TaggingClient } from './tagging/client.ts';
export type { Tags } from './tags.ts';
export type { ClientProvider, Target } from './target.ts';
export { type Call, type Caller, type Mode, WriteRefusedError } from '../util/call.ts';
export { type Clock, sleep, systemClock } from '../util/clock.ts';
export { createLogger, type Logger, silentLogger } from '../util/log.ts';
export { type CallOptions, startCall } from '../util/start-call.ts';
