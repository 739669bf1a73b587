import { ec2Slot } from '../ec2/state.ts';
import type { Partition } from '../service.ts';
import type { EngineVersion } from './engine-versions.ts';
import { assertWithin, invalidCombination, invalidValue } from './faults.ts';
import { membersOf } from './group-life.ts';
import type { GroupSettings, ParameterGroup } from './model.ts';
import { elastiCacheSlot } from './state.ts';

/** *Throws* when a parameter group is not of the family of the engine version. */
export function assertFamily({ family }: ParameterGroup, version: EngineVersion): void {
  if (family === version.family) return;
  throw invalidCombination(`Expected a parameter group of family ${version.family} but found one of family ${family}`);
}

/** *Throws* when failover or several zones are asked of a group that has nothing to fail over to. */
export function assertFailover(
  { automaticFailover, multiAz, clusterMode }: Pick<GroupSettings, 'automaticFailover' | 'multiAz' | 'clusterMode'>,
  fewestMembers: number,
): void {
  if (clusterMode === 'enabled' && !automaticFailover) {
    throw invalidCombination('Redis with cluster mode enabled cannot be created with auto failover turned off.');
  }
  if (clusterMode !== 'enabled' && automaticFailover && fewestMembers < 2) {
    throw invalidCombination('Automatic failover needs at least one replica.');
  }
  if (multiAz && (!automaticFailover || fewestMembers < 2)) {
    throw invalidCombination('Multi-AZ needs automatic failover and at least one replica in each node group.');
  }
}

/** *Throws* for security groups that do not exist or belong to another VPC; without any it is the VPC's default one. */
export function securityGroupIdsFrom(
  asked: readonly string[] | undefined,
  vpcId: string,
  partition: Partition,
): readonly string[] {
  const { securityGroups } = partition.get(ec2Slot);
  const ofVpc = [...securityGroups.values()].filter((group) => group.vpcId === vpcId);
  if (!asked?.length) return ofVpc.filter(({ name }) => name === 'default').map(({ id }) => id);
  const wrong = asked.find((id) => !ofVpc.some((group) => group.id === id));
  if (wrong === undefined) return asked;
  throw invalidValue(`Some security group Ids are invalid for the VPC ${vpcId}: [${wrong}].`);
}

/** *Throws* one of the node quota faults, or that AWS has no machine left. */
export function assertNodesFit(addedNodes: number, nodesOfGroup: number, shards: number, partition: Partition): void {
  const { replicationGroups } = partition.get(elastiCacheSlot);
  const running = [...replicationGroups.values()].flatMap(membersOf).length;
  const check = (count: number, quota: string, code: string, message: string): void =>
    assertWithin(count, partition.quota(`elasticache.${quota}`), code, message);
  check(shards, 'nodeGroupsPerGroup', 'NodeGroupsPerReplicationGroupQuotaExceeded', 'Too many node groups');
  check(nodesOfGroup, 'nodesPerCluster', 'NodeQuotaForClusterExceeded', 'Too many nodes in a cluster');
  check(running + addedNodes, 'nodesPerRegion', 'NodeQuotaForCustomerExceeded', 'Too many nodes in the region');
  check(
    running + addedNodes,
    'capacity',
    'InsufficientCacheClusterCapacity',
    'The requested cache node type is not available in the specified Availability Zones',
  );
}
