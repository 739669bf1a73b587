/** Subnets on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import { listedByVpc, readByValues } from './filter.ts';
import type { Subnet, SubnetOperations } from './subnet.ts';

const NAMED: Named = { resource: 'subnet', codes: ['InvalidSubnetID.NotFound'] };

function subnetFromSdk(subnet: Sdk.Subnet): Subnet {
  return {
    id: subnet.SubnetId ?? '',
    vpcId: subnet.VpcId ?? '',
    cidr: subnet.CidrBlock ?? '',
    zone: subnet.AvailabilityZone ?? '',
    state: subnet.State ?? '',
    tags: tagsFromSdk(subnet.Tags),
  };
}

/** Reads the subnets of some VPCs. */
export async function readSubnets(aws: Ec2Requester, vpcIds: readonly string[]): Promise<Listed<readonly Subnet[]>> {
  const listed = await readByValues('vpc-id', vpcIds, async (Filters, NextToken) => {
    const input = { Filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) };
    const page = await aws.send('DescribeSubnets', input);
    return { items: page.Subnets?.map(subnetFromSdk), next: page.NextToken };
  });
  return listedByVpc(vpcIds, listed, ({ vpcId }) => [vpcId]);
}

export function subnetCalls({ aws, call, shared }: Ec2Context): SubnetOperations {
  return {
    describeSubnets: (vpcId) => shared.subnets.ask(vpcId, call),
    createSubnet: async ({ vpcId, cidr, zone, tags }) => {
      const answer = await aws.send('CreateSubnet', {
        VpcId: vpcId,
        CidrBlock: cidr,
        AvailabilityZone: zone,
        TagSpecifications: [{ ResourceType: 'subnet', Tags: sdkFromTags(tags) }],
      });
      return subnetFromSdk(answered(answer.Subnet, { service: 'ec2', operation: 'CreateSubnet' }));
    },
    deleteSubnet: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteSubnet', { SubnetId: id }));
    },
  };
}
