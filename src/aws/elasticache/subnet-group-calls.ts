/** Subnet groups on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import { type Paged, readPages } from '../paging.ts';
import { sdkFromTags } from '../tags.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, PAGE_SIZE } from './context.ts';
import type { SubnetGroup, SubnetGroupOperations } from './subnet-group.ts';

const NAMED: Named = { resource: 'subnet group', codes: ['CacheSubnetGroupNotFoundFault'] };

function subnetGroupFromSdk(group: Sdk.CacheSubnetGroup): SubnetGroup {
  return {
    name: group.CacheSubnetGroupName ?? '',
    arn: group.ARN ?? '',
    description: group.CacheSubnetGroupDescription ?? '',
    vpcId: group.VpcId ?? '',
    subnets: (group.Subnets ?? []).map(({ SubnetIdentifier, SubnetAvailabilityZone }) => ({
      id: SubnetIdentifier ?? '',
      zone: SubnetAvailabilityZone?.Name,
    })),
  };
}

export async function readSubnetGroup(aws: ElastiCacheRequester, name: string): Promise<SubnetGroup> {
  const input = { CacheSubnetGroupName: name };
  const answer = await orNotFound(NAMED, name, aws.send('DescribeCacheSubnetGroups', input));
  return subnetGroupFromSdk(firstOf(NAMED, name, answer.CacheSubnetGroups));
}

export async function readSubnetGroups(aws: ElastiCacheRequester): Promise<Paged<SubnetGroup>> {
  const { items, requests } = await readPages(async (Marker) => {
    const page = await aws.send('DescribeCacheSubnetGroups', { MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) });
    return { items: page.CacheSubnetGroups, next: page.Marker };
  });
  return { items: items.map(subnetGroupFromSdk), requests };
}

export function subnetGroupCalls({ aws, call, shared }: ElastiCacheContext): SubnetGroupOperations {
  return {
    createSubnetGroup: async ({ name, description, subnetIds, tags }) => {
      const answer = await aws.send('CreateCacheSubnetGroup', {
        CacheSubnetGroupName: name,
        CacheSubnetGroupDescription: description,
        SubnetIds: [...subnetIds],
        Tags: sdkFromTags(tags),
      });
      return subnetGroupFromSdk(
        answered(answer.CacheSubnetGroup, { service: 'elasticache', operation: 'CreateCacheSubnetGroup' }),
      );
    },
    describeSubnetGroup: (name) => shared.subnetGroups.ask(name, call),
    findSubnetGroupsWith: async (subnetIds) => {
      const { items } = await readSubnetGroups(aws);
      return items.filter(({ subnets }) => subnets.some(({ id }) => subnetIds.includes(id)));
    },
    modifySubnetGroup: async (name, subnetIds) => {
      const input = { CacheSubnetGroupName: name, SubnetIds: [...subnetIds] };
      const answer = await orNotFound(NAMED, name, aws.send('ModifyCacheSubnetGroup', input));
      return subnetGroupFromSdk(
        answered(answer.CacheSubnetGroup, { service: 'elasticache', operation: 'ModifyCacheSubnetGroup' }),
      );
    },
    deleteSubnetGroup: async (name) => {
      await orNotFound(NAMED, name, aws.send('DeleteCacheSubnetGroup', { CacheSubnetGroupName: name }));
    },
  };
}
