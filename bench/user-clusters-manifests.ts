/** Clusters of users, what their users write, and the AWS that it stands in. */
import type { AwsRedisInstance, CloudResources, Scope, UserIpRange } from '../src/api/index.ts';
import type { KubeInput } from '../src/kube/index.ts';
import type { WorldOptions } from '../src/sandbox/index.ts';
import { scope as oneScope } from './fleet-manifests.ts';

/** An owner of clusters has an account; as many of them share its rate limits and lists. */
const CLUSTERS_AN_ACCOUNT = 50;

export function nameOfCluster(index: number): string {
  return `user-${String(index).padStart(4, '0')}`;
}

/** The first one trusts the operator itself, and the others trust the first one. */
function accountOf(index: number): string {
  return String(100_000_000_000 + Math.floor(index / CLUSTERS_AN_ACCOUNT));
}

/** Each cluster has a VPC of its own, as its shoot would have made it. */
export function worldOf(clusters: number): WorldOptions {
  const places = Array.from({ length: clusters }, (_, index) => ({
    account: accountOf(index),
    vpc: { cidrBlock: '10.250.0.0/22', tags: { Name: nameOfCluster(index) } },
  }));
  const trusts = [{ principal: `arn:aws:iam::${accountOf(0)}:root` }];
  const accounts = [...Map.groupBy(places, ({ account }) => account)].map(([id, own]) => ({
    id,
    roles: [{ name: 'CloudManagerRole', trusts }],
    defaultVpc: false,
    vpcs: own.map(({ vpc }) => vpc),
  }));
  return { accounts, regions: [{ name: 'eu-central-1' }] };
}

export function scopeOf(index: number): KubeInput<Scope> {
  const name = nameOfCluster(index);
  const { aws } = oneScope.spec.scope;
  return {
    metadata: { ...oneScope.metadata, name },
    spec: {
      ...oneScope.spec,
      kymaName: name,
      shootName: name,
      scope: { aws: { ...aws, accountId: accountOf(index), vpcNetwork: name } },
    },
  };
}

export const cloudResources: KubeInput<CloudResources> = {
  metadata: { namespace: 'default', name: 'default' },
  spec: {},
};

export const ipRange: KubeInput<UserIpRange> = { metadata: { name: 'default' }, spec: { cidr: '10.251.0.0/22' } };

export const REDIS = { namespace: 'default', name: 'cache' } as const;

export const redis: KubeInput<AwsRedisInstance> = {
  metadata: REDIS,
  spec: {
    redisTier: 'S1',
    engineVersion: '7.0',
    authEnabled: true,
    autoMinorVersionUpgrade: true,
    preferredMaintenanceWindow: windowOf(0),
  },
};

/** What is changed, another one in each round: the control plane's object has it as it is. */
export function windowOf(round: number): string {
  const hour = (of: number): string => `sun:${String(of).padStart(2, '0')}:00`;
  return `${hour(round)}-${hour(round + 1)}`;
}
