import type { IpRange } from '../../src/api/cloud-control/v1beta1/ip-range.ts';
import type { Network } from '../../src/api/cloud-control/v1beta1/network.ts';
import type { RedisCluster } from '../../src/api/cloud-control/v1beta1/redis-cluster.ts';
import type { Scope } from '../../src/api/cloud-control/v1beta1/scope.ts';
import type { Subscription } from '../../src/api/cloud-control/v1beta1/subscription.ts';
import type { VpcNetwork } from '../../src/api/cloud-control/v1beta1/vpc-network.ts';
import type { VpcPeering } from '../../src/api/cloud-control/v1beta1/vpc-peering.ts';
import type { Condition, ObjectMeta } from '../../src/kube/resource.ts';

const API_VERSION = 'cloud-control.kyma-project.io/v1beta1';

function aMeta(usual: string, overrides: Partial<ObjectMeta> = {}): ObjectMeta {
  const { name = usual } = overrides;
  return { name, namespace: 'kcp-system', uid: `uid-${name}`, resourceVersion: '1', generation: 1, ...overrides };
}

export function aCondition(overrides: Partial<Condition> = {}): Condition {
  return {
    type: 'Ready',
    status: 'True',
    reason: 'Ready',
    message: 'Ready',
    lastTransitionTime: '1970-01-01T00:00:00Z',
    observedGeneration: 1,
    ...overrides,
  };
}

interface Overrides<O extends Scope | Network | IpRange | RedisCluster | Subscription | VpcNetwork | VpcPeering> {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Partial<O['spec']>;
  readonly status?: O['status'];
}

/** A Scope that was found ready, in the sandbox's default account and network. */
export function aScope({ metadata, spec, status }: Overrides<Scope> = {}): Scope {
  return {
    apiVersion: API_VERSION,
    kind: 'Scope',
    metadata: aMeta('demo', metadata),
    spec: {
      kymaName: 'demo',
      shootName: 'demo',
      region: 'eu-central-1',
      provider: 'aws',
      scope: {
        aws: {
          accountId: '123456789012',
          vpcNetwork: 'shoot--sandbox--demo',
          network: {
            nodes: '10.250.0.0/22',
            pods: '10.96.0.0/13',
            services: '10.104.0.0/13',
            zones: [{ name: 'eu-central-1a' }, { name: 'eu-central-1b' }, { name: 'eu-central-1c' }],
          },
        },
      },
      ...spec,
    },
    status: status ?? {
      state: 'Ready',
      conditions: [aCondition()],
      observedGeneration: 1,
      vpcId: 'vpc-0123456789abcdef0',
    },
  };
}

/** A Network as it was just written: somebody else's VPC, in an account of its own. */
export function aNetwork({ metadata, spec, status }: Overrides<Network> = {}): Network {
  const aws = { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' };
  return {
    apiVersion: API_VERSION,
    kind: 'Network',
    metadata: aMeta('theirs', metadata),
    spec: { scope: { name: 'demo' }, network: { reference: { aws } }, type: 'external', ...spec },
    ...(status !== undefined && { status }),
  };
}

/** An IpRange as it was just written: no finalizer, no status, no CIDR given. */
export function anIpRange({ metadata, spec, status }: Overrides<IpRange> = {}): IpRange {
  return {
    apiVersion: API_VERSION,
    kind: 'IpRange',
    metadata: aMeta('range', metadata),
    spec: { remoteRef: { namespace: 'default', name: 'range' }, scope: { name: 'demo' }, ...spec },
    ...(status !== undefined && { status }),
  };
}

/** A VpcPeering as it was just written, of the Network of the Scope and `theirs`. */
export function aVpcPeering({ metadata, spec, status }: Overrides<VpcPeering> = {}): VpcPeering {
  return {
    apiVersion: API_VERSION,
    kind: 'VpcPeering',
    metadata: aMeta('peering', metadata),
    spec: {
      remoteRef: { namespace: 'default', name: 'peering' },
      scope: { name: 'demo' },
      details: {
        localNetwork: { name: 'demo--kyma' },
        remoteNetwork: { name: 'theirs' },
        deleteRemotePeering: false,
        remoteRouteTableUpdateStrategy: 'AUTO',
      },
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}

/** A RedisCluster as it was just written, in the IpRange of {@link anIpRange}. */
export function aRedisCluster({ metadata, spec, status }: Overrides<RedisCluster> = {}): RedisCluster {
  const aws = {
    cacheNodeType: 'cache.m7g.large',
    engineVersion: '7.0',
    autoMinorVersionUpgrade: false,
    authEnabled: false,
    shardCount: 1,
    replicasPerShard: 0,
  } as const;
  return {
    apiVersion: API_VERSION,
    kind: 'RedisCluster',
    metadata: aMeta('redis', metadata),
    spec: {
      remoteRef: { namespace: 'default', name: 'redis' },
      scope: { name: 'demo' },
      ipRange: { name: 'range' },
      instance: { aws },
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}

/** A Subscription that was found ready, of the sandbox's default account. */
export function aSubscription({ metadata, spec, status }: Overrides<Subscription> = {}): Subscription {
  return {
    apiVersion: API_VERSION,
    kind: 'Subscription',
    metadata: aMeta('account', metadata),
    spec: { details: { aws: { account: '123456789012' } }, ...spec },
    status: status ?? {
      state: 'Ready',
      conditions: [aCondition()],
      observedGeneration: 1,
      provider: 'aws',
      subscriptionInfo: { aws: { account: '123456789012' } },
    },
  };
}

/** A VpcNetwork as it was just written, in the account of {@link aSubscription}. */
export function aVpcNetwork({ metadata, spec, status }: Overrides<VpcNetwork> = {}): VpcNetwork {
  return {
    apiVersion: API_VERSION,
    kind: 'VpcNetwork',
    metadata: aMeta('net', metadata),
    spec: { type: 'kyma', subscription: 'account', region: 'eu-central-1', cidrBlocks: ['10.20.0.0/16'], ...spec },
    ...(status !== undefined && { status }),
  };
}
