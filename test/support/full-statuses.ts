import type { IpRangeStatus } from '../../src/api/cloud-control/v1beta1/ip-range.ts';
import type { NetworkStatus } from '../../src/api/cloud-control/v1beta1/network.ts';
import type { RedisClusterStatus } from '../../src/api/cloud-control/v1beta1/redis-cluster.ts';
import type { RedisInstanceStatus } from '../../src/api/cloud-control/v1beta1/redis-instance.ts';
import type { ScopeStatus } from '../../src/api/cloud-control/v1beta1/scope.ts';
import type { SubscriptionStatus } from '../../src/api/cloud-control/v1beta1/subscription.ts';
import type { VpcNetworkStatus } from '../../src/api/cloud-control/v1beta1/vpc-network.ts';
import type { VpcPeeringStatus } from '../../src/api/cloud-control/v1beta1/vpc-peering.ts';
import type { AwsRedisClusterStatus } from '../../src/api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import type { AwsRedisInstanceStatus } from '../../src/api/cloud-resources/v1beta1/aws-redis-instance.ts';
import type { AwsVpcPeeringStatus } from '../../src/api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import type { CloudResourcesStatus } from '../../src/api/cloud-resources/v1beta1/cloud-resources.ts';
import type { UserIpRangeStatus } from '../../src/api/cloud-resources/v1beta1/ip-range.ts';
import {
  aNetworkManifest,
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcNetworkManifest,
  aVpcPeeringManifest,
  anIpRangeManifest,
  type Manifest,
} from './manifests.ts';
import {
  aCloudResourcesManifest,
  anAwsRedisClusterManifest,
  anAwsRedisInstanceManifest,
  anAwsVpcPeeringManifest,
  aUserIpRangeManifest,
} from './user-manifests.ts';

const time = '2026-01-01T00:00:00Z';

const common = {
  state: 'Ready',
  observedGeneration: 1,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Ready',
      message: 'Ready',
      lastTransitionTime: time,
      observedGeneration: 1,
    },
  ],
} as const;

const scope: Required<ScopeStatus> = {
  ...common,
  vpcId: 'vpc-0123456789abcdef0',
  exposedData: { readTime: time, natGatewayIps: ['18.194.0.1'] },
};

const ipRange: Required<IpRangeStatus> = {
  ...common,
  id: 'demo',
  cidr: '10.250.4.0/22',
  ranges: ['10.250.4.0/24', '10.250.5.0/24'],
  vpcId: 'vpc-0123456789abcdef0',
  accountId: '123456789012',
  region: 'eu-central-1',
  addressSpaceId: 'vpc-cidr-assoc-0123456789abcdef0',
  addressSpaceCreated: true,
  subnets: [{ id: 'subnet-0123456789abcdef0', zone: 'eu-central-1a', range: '10.250.4.0/24', name: 'demo-0' }],
};

const subscription: Required<SubscriptionStatus> = {
  ...common,
  provider: 'aws',
  subscriptionInfo: { aws: { account: '123456789012' } },
};

const vpcNetwork: Required<VpcNetworkStatus> = {
  ...common,
  accountId: '123456789012',
  creating: ['internetGateway'],
  blocks: [{ cidr: '10.30.0.0/16', associationId: 'vpc-cidr-assoc-0123456789abcdef0' }],
  cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'],
  identifiers: {
    vpc: 'vpc-0123456789abcdef0',
    name: 'kyma-default-demo-vpc',
    internetGateway: 'igw-0123456789abcdef0',
    dhcpOptions: 'dopt-0123456789abcdef0',
    securityGroup: 'sg-0123456789abcdef0',
    router: 'none',
    resourceGroup: 'none',
  },
};

const network: Required<NetworkStatus> = {
  ...common,
  networkType: 'external',
  network: {
    aws: {
      awsAccountId: '210987654321',
      region: 'eu-west-1',
      vpcId: 'vpc-0123456789abcdef0',
      networkName: 'neighbour',
    },
  },
};

const vpcPeering: Required<VpcPeeringStatus> = {
  ...common,
  state: 'active',
  id: 'pcx-0123456789abcdef0',
  remoteId: 'pcx-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  remoteVpcId: 'vpc-0fedcba9876543210',
  accountId: '123456789012',
  region: 'eu-central-1',
  remoteAccountId: '210987654321',
  remoteRegion: 'eu-west-1',
  createIntent: { time, attempt: 1 },
  formerIds: ['pcx-0fedcba9876543210'],
};

const commonRedis = {
  ...common,
  id: 'cm-demo',
  arn: 'arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:cm-demo',
  authSecret: { name: 'demo-redis' },
  authToken: {
    phase: 'Published',
    since: time,
    publishedAt: time,
    hash: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    version: '0ca3f6d2-3c7a-4f0f-9f5e-6f1d2c3b4a59',
    modified: time,
    accepted: true,
    open: true,
  },
  handledRequests: { rotateAuthToken: '2026-01-01', reconcileNow: '2026-01-01' },
  createIntent: { time, attempt: 1 },
  createTime: time,
  nodeType: 'cache.m7g.large',
  engineVersion: '7.1.0',
  pending: ['engine version 7.1'],
} as const;

const instance: Required<RedisInstanceStatus> = {
  ...commonRedis,
  primaryEndpoint: 'master.cm-demo.x.euc1.cache.amazonaws.com:6379',
  readEndpoint: 'replica.cm-demo.x.euc1.cache.amazonaws.com:6379',
  replicaCount: 1,
};

const cluster: Required<RedisClusterStatus> = {
  ...commonRedis,
  discoveryEndpoint: 'clustercfg.cm-demo.x.euc1.cache.amazonaws.com:6379',
  shardCount: 3,
  replicasPerShard: 1,
};

const id = '0b0c4d5e-6f70-4182-93a4-b5c6d7e8f901';

const cloudResources: Required<CloudResourcesStatus> = { ...common, served: 'True' };

const userIpRange: Required<UserIpRangeStatus> = { ...common, id, cidr: '10.250.4.0/22' };

const awsVpcPeering: Required<AwsVpcPeeringStatus> = { ...common, id, state: 'active' };

const awsRedis = { ...common, id, authSecret: { name: 'cache' }, nodeType: 'cache.m7g.large', engineVersion: '7.1.0' };

const awsRedisInstance: Required<AwsRedisInstanceStatus> = {
  ...awsRedis,
  primaryEndpoint: 'master.cm-demo.x.euc1.cache.amazonaws.com:6379',
  readEndpoint: 'replica.cm-demo.x.euc1.cache.amazonaws.com:6379',
  replicaCount: 1,
};

const awsRedisCluster: Required<AwsRedisClusterStatus> = {
  ...awsRedis,
  discoveryEndpoint: 'clustercfg.cm-demo.x.euc1.cache.amazonaws.com:6379',
  shardCount: 3,
  replicasPerShard: 1,
};

/** A status with every field there is, for each kind. */
export const FULL_STATUSES: readonly { readonly manifest: Manifest; readonly status: object }[] = [
  { manifest: aSubscriptionManifest(), status: subscription },
  { manifest: aVpcNetworkManifest(), status: vpcNetwork },
  { manifest: aScopeManifest(), status: scope },
  { manifest: aNetworkManifest(), status: network },
  { manifest: anIpRangeManifest(), status: ipRange },
  { manifest: aVpcPeeringManifest(), status: vpcPeering },
  { manifest: aRedisInstanceManifest(), status: instance },
  { manifest: aRedisClusterManifest(), status: cluster },
  { manifest: aCloudResourcesManifest(), status: cloudResources },
  { manifest: aUserIpRangeManifest(), status: userIpRange },
  { manifest: anAwsRedisInstanceManifest(), status: awsRedisInstance },
  { manifest: anAwsRedisClusterManifest(), status: awsRedisCluster },
  { manifest: anAwsVpcPeeringManifest(), status: awsVpcPeering },
];
