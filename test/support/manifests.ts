import { NAMESPACE } from './namespace.ts';

/** Manifests as people write them: plain data, so that the same table meets the embedded and the real API server. */

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const API_VERSION = 'cloud-control.kyma-project.io/v1beta1';

function manifest(kind: string, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion: API_VERSION, kind, metadata: { name, namespace: NAMESPACE }, spec };
}

export function aScopeManifest(name = 'demo'): Manifest {
  const zone = (letter: string): object => ({ name: `eu-central-1${letter}` });
  const network = {
    nodes: '10.250.0.0/22',
    pods: '10.96.0.0/13',
    services: '10.104.0.0/13',
    vpc: { id: '', cidr: '10.250.0.0/22' },
    zones: ['a', 'b', 'c'].map(zone),
  };
  return manifest('Scope', name, {
    kymaName: name,
    shootName: 'demo',
    region: 'eu-central-1',
    provider: 'aws',
    scope: { aws: { accountId: '123456789012', vpcNetwork: 'shoot--sandbox--demo', network } },
  });
}

export function aSubscriptionManifest(name = 'demo-account'): Manifest {
  return manifest('Subscription', name, { details: { aws: { account: '123456789012' } } });
}

export function aVpcNetworkManifest(name = 'demo-vpc'): Manifest {
  return manifest('VpcNetwork', name, {
    subscription: 'demo-account',
    region: 'eu-central-1',
    cidrBlocks: ['10.20.0.0/16'],
  });
}

export function aNetworkManifest(name = 'demo-network'): Manifest {
  const aws = { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0123456789abcdef0' };
  return manifest('Network', name, { scope: { name: 'demo' }, network: { reference: { aws } } });
}

/** The VPC of the other account that the world of a sandbox begins with. */
export function aPartnerNetworkManifest(name = 'demo-network'): Manifest {
  const aws = { awsAccountId: '222222222222', region: 'eu-west-1', networkName: 'partner' };
  return changed(aNetworkManifest(name), 'spec.network.reference', { aws });
}

export function anIpRangeManifest(name = 'demo-range'): Manifest {
  return manifest('IpRange', name, {
    remoteRef: { namespace: 'default', name: 'demo-range' },
    scope: { name: 'demo' },
  });
}

const peeringRefs = { remoteRef: { namespace: 'default', name: 'demo-peering' }, scope: { name: 'demo' } };

export function aVpcPeeringManifest(name = 'demo-peering'): Manifest {
  const details = { localNetwork: { name: 'demo--kyma' }, remoteNetwork: { name: 'demo-network' } };
  return manifest('VpcPeering', name, { ...peeringRefs, details });
}

/** In the older form, which names the remote VPC itself. */
export function anOlderVpcPeeringManifest(name = 'demo-peering'): Manifest {
  const aws = { remoteVpcId: 'vpc-0123456789abcdef0', remoteAccountId: '210987654321' };
  return manifest('VpcPeering', name, { ...peeringRefs, vpcPeering: { aws } });
}

const redisRefs = {
  remoteRef: { namespace: 'default', name: 'demo-redis' },
  ipRange: { name: 'demo-range' },
  scope: { name: 'demo' },
};

export function aRedisInstanceManifest(name = 'demo-instance'): Manifest {
  return manifest('RedisInstance', name, { ...redisRefs, instance: { aws: { cacheNodeType: 'cache.t4g.small' } } });
}

export function aRedisClusterManifest(name = 'demo-cluster'): Manifest {
  const aws = { cacheNodeType: 'cache.m7g.large', shardCount: 3, replicasPerShard: 1 };
  return manifest('RedisCluster', name, { ...redisRefs, instance: { aws } });
}

/** `manifest` with the field at `path` (dots between names) set to `value`, or taken away when it is undefined. */
export function changed(manifest: Manifest, path: string, value: unknown): Manifest {
  return setAt(manifest, path.split('.'), value) as Manifest;
}

function setAt(node: unknown, [field, ...rest]: readonly string[], value: unknown): unknown {
  if (field === undefined) return value;
  const { [field]: child, ...others } = (node ?? {}) as Record<string, unknown>;
  const next = setAt(child, rest, value);
  return next === undefined ? others : { ...others, [field]: next };
}
