import type {
  CacheSubnetGroup,
  CacheSubnetGroupMessage,
  CreateCacheSubnetGroupMessage,
  CreateCacheSubnetGroupResult,
  DeleteCacheSubnetGroupMessage,
  DescribeCacheSubnetGroupsMessage,
  ModifyCacheSubnetGroupMessage,
  ModifyCacheSubnetGroupResult,
} from '@aws-sdk/client-elasticache';
import type { Subnet } from '../ec2/model.ts';
import { ec2Slot } from '../ec2/state.ts';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { assertWithin, subnetGroupNotFound } from './faults.ts';
import type { ElastiCacheState, SubnetGroup } from './model.ts';
import { folded, identifierFrom } from './names.ts';
import { elastiCachePage } from './paging.ts';
import { cacheArn, elastiCacheSlot, groupsWith } from './state.ts';
import { tagsFrom } from './tags.ts';

const LONGEST_NAME = 255;

export function subnetGroupBy(state: ElastiCacheState, name: string | undefined): SubnetGroup {
  const group = state.subnetGroups.get(folded(name) ?? '');
  if (!group) throw subnetGroupNotFound(name ?? '');
  return group;
}

/** The subnets that still exist: EC2 lets one go that no node stands in. */
export function subnetsOf({ subnetIds }: SubnetGroup, partition: Partition): readonly Subnet[] {
  const { subnets } = partition.get(ec2Slot);
  return subnetIds.map((id) => subnets.get(id)).filter((subnet) => subnet !== undefined);
}

function groupView(group: SubnetGroup, partition: Partition): CacheSubnetGroup {
  return {
    CacheSubnetGroupName: group.name,
    CacheSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    Subnets: subnetsOf(group, partition).map(({ id, zone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: zone },
      SupportedNetworkTypes: ['ipv4'],
    })),
    SupportedNetworkTypes: ['ipv4'],
    ARN: group.arn,
  };
}

/** *Throws* `InvalidSubnet` for one that does not exist or lies in another VPC than the others. */
function vpcOf(subnetIds: readonly string[], partition: Partition): string {
  const { subnets } = partition.get(ec2Slot);
  const limit = partition.quota('elasticache.subnetsPerSubnetGroup');
  assertWithin(subnetIds.length, limit, 'CacheSubnetQuotaExceededFault', 'Too many subnets in a subnet group');
  const found = subnetIds.map((id) => {
    const subnet = subnets.get(id);
    if (!subnet) throw new AwsFault('InvalidSubnet', `Some input subnets in :[${id}] are invalid.`);
    return subnet;
  });
  const vpcIds = new Set(found.map(({ vpcId }) => vpcId));
  const [vpcId] = vpcIds;
  if (vpcId !== undefined && vpcIds.size === 1) return vpcId;
  throw new AwsFault('InvalidSubnet', 'The subnets must all be in one VPC, and there must be at least one.');
}

/** The subnet group of a new replication group: the named one, or one that AWS makes of the default VPC. */
export function subnetGroupFor(name: string | undefined, partition: Partition): SubnetGroup {
  const state = partition.get(elastiCacheSlot);
  const known = state.subnetGroups.get('default');
  if (name !== undefined || known) return subnetGroupBy(state, name ?? 'default');
  const { vpcs, subnets } = partition.get(ec2Slot);
  const vpc = [...vpcs.values()].find(({ isDefault }) => isDefault);
  if (!vpc) throw subnetGroupNotFound('default');
  const group: SubnetGroup = {
    name: 'default',
    arn: cacheArn(partition, 'subnetgroup', 'default'),
    vpcId: vpc.id,
    tags: new Map(),
    description: 'Default CacheSubnetGroup',
    subnetIds: [...subnets.values()].filter(({ vpcId }) => vpcId === vpc.id).map(({ id }) => id),
  };
  state.subnetGroups.set(group.name, group);
  return group;
}

function createCacheSubnetGroup(
  input: CreateCacheSubnetGroupMessage,
  { partition }: RequestContext,
): CreateCacheSubnetGroupResult {
  const state = partition.get(elastiCacheSlot);
  const name = identifierFrom('CacheSubnetGroupName', input.CacheSubnetGroupName, LONGEST_NAME);
  if (state.subnetGroups.has(name)) {
    throw new AwsFault('CacheSubnetGroupAlreadyExists', `Cache subnet group ${name} already exists.`);
  }
  const limit = partition.quota('elasticache.subnetGroups');
  assertWithin(state.subnetGroups.size + 1, limit, 'CacheSubnetGroupQuotaExceeded', 'Too many subnet groups');
  const subnetIds = [...new Set(input.SubnetIds)];
  const group: SubnetGroup = {
    name,
    arn: cacheArn(partition, 'subnetgroup', name),
    vpcId: vpcOf(subnetIds, partition),
    tags: tagsFrom(input.Tags),
    description: input.CacheSubnetGroupDescription ?? '',
    subnetIds,
  };
  state.subnetGroups.set(name, group);
  return { CacheSubnetGroup: groupView(group, partition) };
}

function describeCacheSubnetGroups(
  input: DescribeCacheSubnetGroupsMessage,
  { partition }: RequestContext,
): CacheSubnetGroupMessage {
  const state = partition.get(elastiCacheSlot);
  const { CacheSubnetGroupName: name } = input;
  const groups = name === undefined ? state.subnetGroups.values() : [subnetGroupBy(state, name)];
  const page = elastiCachePage(groups, input, (group) => group.name);
  return { CacheSubnetGroups: page.items.map((group) => groupView(group, partition)), Marker: page.next };
}

function modifyCacheSubnetGroup(
  input: ModifyCacheSubnetGroupMessage,
  { partition }: RequestContext,
): ModifyCacheSubnetGroupResult {
  const state = partition.get(elastiCacheSlot);
  const group = subnetGroupBy(state, input.CacheSubnetGroupName);
  const subnetIds = input.SubnetIds ? [...new Set(input.SubnetIds)] : group.subnetIds;
  if (input.SubnetIds && vpcOf(subnetIds, partition) !== group.vpcId) {
    throw new AwsFault('InvalidSubnet', `The subnets of ${group.name} must stay in ${group.vpcId}.`);
  }
  assertNoNodeOutside(state, group.name, subnetIds);
  group.subnetIds = subnetIds;
  group.description = input.CacheSubnetGroupDescription ?? group.description;
  return { CacheSubnetGroup: groupView(group, partition) };
}

function assertNoNodeOutside(state: ElastiCacheState, name: string, subnetIds: readonly string[]): void {
  const members = groupsWith(state, ({ subnetGroupName }) => subnetGroupName === name).flatMap(({ shards }) =>
    shards.flatMap((shard) => shard.members),
  );
  const outside = members.find(({ subnetId }) => !subnetIds.includes(subnetId));
  if (outside) throw new AwsFault('SubnetInUse', `The subnet ${outside.subnetId} is in use by ${outside.id}.`);
}

function deleteCacheSubnetGroup(
  { CacheSubnetGroupName }: DeleteCacheSubnetGroupMessage,
  { partition }: RequestContext,
): void {
  const state = partition.get(elastiCacheSlot);
  const { name } = subnetGroupBy(state, CacheSubnetGroupName);
  if (groupsWith(state, ({ subnetGroupName }) => subnetGroupName === name).length > 0) {
    throw new AwsFault('CacheSubnetGroupInUse', `Cache subnet group ${name} is currently in use by a cache cluster.`);
  }
  state.subnetGroups.delete(name);
}

export const subnetGroupOperations = {
  CreateCacheSubnetGroup: createCacheSubnetGroup,
  DescribeCacheSubnetGroups: describeCacheSubnetGroups,
  ModifyCacheSubnetGroup: modifyCacheSubnetGroup,
  DeleteCacheSubnetGroup: deleteCacheSubnetGroup,
};
