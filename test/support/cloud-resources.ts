import type { AwsRedisCluster } from '../../src/api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import type { AwsRedisInstance } from '../../src/api/cloud-resources/v1beta1/aws-redis-instance.ts';
import type { AwsVpcPeering } from '../../src/api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import type { CloudResources } from '../../src/api/cloud-resources/v1beta1/cloud-resources.ts';
import type { UserIpRange } from '../../src/api/cloud-resources/v1beta1/ip-range.ts';
import type { ObjectMeta } from '../../src/kube/resource.ts';

/** Objects of the users of a cluster, as they were just written: no finalizer, no status. */

const API_VERSION = 'cloud-resources.kyma-project.io/v1beta1';

function aMeta(usual: string, overrides: Partial<ObjectMeta> = {}): ObjectMeta {
  const { name = usual } = overrides;
  return { name, uid: `uid-${name}`, resourceVersion: '1', generation: 1, ...overrides };
}

function aNamespacedMeta(usual: string, overrides: Partial<ObjectMeta> = {}): ObjectMeta {
  return aMeta(usual, { namespace: 'default', ...overrides });
}

interface Overrides<O extends CloudResources | UserIpRange | AwsRedisInstance | AwsRedisCluster | AwsVpcPeering> {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Partial<O['spec']>;
  readonly status?: O['status'];
}

/** The module in a user's cluster. */
export function aCloudResources({ metadata, spec, status }: Overrides<CloudResources> = {}): CloudResources {
  return {
    apiVersion: API_VERSION,
    kind: 'CloudResources',
    metadata: aNamespacedMeta('default', metadata),
    spec: { ...spec },
    ...(status !== undefined && { status }),
  };
}

/** The default IpRange, with a CIDR that is to be found. */
export function aUserIpRange({ metadata, spec, status }: Overrides<UserIpRange> = {}): UserIpRange {
  return {
    apiVersion: API_VERSION,
    kind: 'IpRange',
    metadata: aMeta('default', metadata),
    spec: { ...spec },
    ...(status !== undefined && { status }),
  };
}

const engine = { engineVersion: '7.0', autoMinorVersionUpgrade: false, authEnabled: false } as const;

/** The smallest AwsRedisInstance, in the default IpRange. */
export function anAwsRedisInstance({ metadata, spec, status }: Overrides<AwsRedisInstance> = {}): AwsRedisInstance {
  return {
    apiVersion: API_VERSION,
    kind: 'AwsRedisInstance',
    metadata: aNamespacedMeta('cache', metadata),
    spec: { redisTier: 'S1', ...engine, ...spec },
    ...(status !== undefined && { status }),
  };
}

/** The smallest AwsRedisCluster, in the default IpRange. */
export function anAwsRedisCluster({ metadata, spec, status }: Overrides<AwsRedisCluster> = {}): AwsRedisCluster {
  return {
    apiVersion: API_VERSION,
    kind: 'AwsRedisCluster',
    metadata: aNamespacedMeta('cache', metadata),
    spec: { redisTier: 'C1', shardCount: 1, replicasPerShard: 0, ...engine, ...spec },
    ...(status !== undefined && { status }),
  };
}

/** An AwsVpcPeering with somebody else's VPC, in an account of its own. */
export function anAwsVpcPeering({ metadata, spec, status }: Overrides<AwsVpcPeering> = {}): AwsVpcPeering {
  return {
    apiVersion: API_VERSION,
    kind: 'AwsVpcPeering',
    metadata: aMeta('peering', metadata),
    spec: {
      remoteVpcId: 'vpc-0fedcba9876543210',
      remoteRegion: 'eu-west-1',
      remoteAccountId: '210987654321',
      deleteRemotePeering: false,
      remoteRouteTableUpdateStrategy: 'AUTO',
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}
