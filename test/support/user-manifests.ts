import type { Manifest } from './manifests.ts';
import { NAMESPACE } from './namespace.ts';

/** Manifests of the users of a cluster, as people write them. */

const API_VERSION = 'cloud-resources.kyma-project.io/v1beta1';

function manifest(kind: string, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion: API_VERSION, kind, metadata: { name, namespace: NAMESPACE }, spec };
}

/** Of the whole cluster: in a server that files share, the name of each has to be the file's own. */
function clusterManifest(kind: string, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion: API_VERSION, kind, metadata: { name: `${NAMESPACE}-${name}` }, spec };
}

export function aCloudResourcesManifest(name = 'default'): Manifest {
  return manifest('CloudResources', name, {});
}

export function aUserIpRangeManifest(name = 'range'): Manifest {
  return clusterManifest('IpRange', name, {});
}

export function anAwsRedisInstanceManifest(name = 'demo-instance'): Manifest {
  return manifest('AwsRedisInstance', name, { redisTier: 'S1' });
}

export function anAwsRedisClusterManifest(name = 'demo-cluster'): Manifest {
  return manifest('AwsRedisCluster', name, { redisTier: 'C3', shardCount: 3, replicasPerShard: 1 });
}

export function anAwsVpcPeeringManifest(name = 'peering'): Manifest {
  return clusterManifest('AwsVpcPeering', name, {
    remoteVpcId: 'vpc-0123456789abcdef0',
    remoteRegion: 'eu-west-1',
    remoteAccountId: '210987654321',
  });
}
