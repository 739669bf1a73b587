import type { ServiceDefinition } from '../service.ts';
import { elastiCacheThrottling } from '../throttle-tables.ts';
import { cacheClusterOperations } from './cache-cluster.ts';
import { noDataPlane, type DataPlane } from './data-plane.ts';
import { eventOperations } from './events.ts';
import { createReplicationGroup } from './group-creation.ts';
import { deploymentKey } from './group-life.ts';
import { modificationOperations } from './group-modification.ts';
import { shapeOperations } from './group-shape.ts';
import { maintenance } from './maintenance.ts';
import { parameterGroupOperations } from './parameter-group.ts';
import { replicationGroupOperations } from './replication-group.ts';
import { tagOperations, taggedResources } from './resource-tags.ts';
import { elastiCacheSlot } from './state.ts';
import { subnetGroupOperations } from './subnet-group.ts';
import { userOperations } from './user.ts';
import { userGroupOperations } from './user-group.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html */
const QUOTAS = {
  'elasticache.nodesPerRegion': 300,
  'elasticache.nodesPerCluster': 90,
  'elasticache.nodeGroupsPerGroup': 90,
  'elasticache.parameterGroups': 300,
  'elasticache.subnetGroups': 300,
  'elasticache.subnetsPerSubnetGroup': 20,
  'elasticache.users': 2000,
  'elasticache.userGroups': 200,
  'elasticache.usersPerUserGroup': 100,
  // Two that are no limits of AWS: machines that AWS has left, and how many of a partition's next creations fail.
  'elasticache.capacity': 1_000_000,
  'elasticache.failingCreations': 0,
};

/** Of the order that acceptance tests of infrastructure tools report for the real thing, rounded; the world overrides them. */
const DURATIONS_SECONDS = {
  'elasticache.replicationGroup.creating': 360,
  'elasticache.replicationGroup.deleting': 240,
  'elasticache.replicationGroup.snapshotting': 120,
  'elasticache.replicationGroup.modifying.settings': 30,
  'elasticache.replicationGroup.modifying.parameterGroup': 60,
  'elasticache.replicationGroup.modifying.access': 120,
  'elasticache.replicationGroup.modifying.failover': 120,
  'elasticache.replicationGroup.modifying.nodeType': 480,
  'elasticache.replicationGroup.modifying.engineVersion': 600,
  'elasticache.replicationGroup.modifying.encryption': 600,
  'elasticache.replicationGroup.modifying.clusterMode': 300,
  'elasticache.replicationGroup.modifying.shards': 300,
  'elasticache.replicationGroup.modifying.replicas': 240,
  // Maintenance in which nodes are replaced: a few minutes for each, as AWS says.
  'elasticache.replicationGroup.modifying.nodes': 300,
  // How long members keep a state of their own after their group is available again.
  'elasticache.member.tail': 20,
  'elasticache.parameters.applying': 30,
  'elasticache.userGroup.creating': 10,
  'elasticache.userGroup.modifying': 20,
  'elasticache.userGroup.deleting': 10,
  'elasticache.user.modifying': 10,
  'elasticache.user.deleting': 10,
};

/** ElastiCache with the engine Redis. `dataPlane` is what answers behind the endpoints. Default: nothing does. */
export function createElastiCacheService(dataPlane: DataPlane = noDataPlane): ServiceDefinition {
  return {
    name: 'elasticache',
    protocol: 'awsQuery',
    apiVersion: '2015-02-02',
    operations: {
      CreateReplicationGroup: createReplicationGroup(dataPlane),
      ...replicationGroupOperations,
      ...modificationOperations,
      ...shapeOperations,
      ...cacheClusterOperations,
      ...parameterGroupOperations,
      ...subnetGroupOperations,
      ...userOperations,
      ...userGroupOperations,
      ...eventOperations,
      ...tagOperations,
    },
    throttling: elastiCacheThrottling,
    slots: [elastiCacheSlot],
    quotas: QUOTAS,
    durationsSeconds: DURATIONS_SECONDS,
    taggedResources,
    maintenance,
    forget: (partition) => {
      for (const id of partition.get(elastiCacheSlot).replicationGroups.keys()) {
        dataPlane.remove(deploymentKey(partition, id));
      }
    },
  };
}
