/** Subnets on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, type Named, orNotFound } from '../answers.ts';
import { readPages } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import { type Ec2Context, PAGE_SIZE } from './context.ts';
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

export function subnetCalls({ aws }: Ec2Context): SubnetOperations {
  return {
    describeSubnets: async (vpcId) => {
      const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
      const { items } = await readPages(async (NextToken) => {
        const input = { Filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) };
        const page = await aws.send('DescribeSubnets', input);
        return { items: page.Subnets, next: page.NextToken };
      });
      return items.map(subnetFromSdk);
    },
    createSubnet: async ({ vpcId, cidr, zone, tags }) => {
      const answer = await aws.send('CreateSubnet', {
        VpcId: vpcId,
        CidrBlock: cidr,
        AvailabilityZone: zone,
        TagSpecifications: [{ ResourceType: 'subnet', Tags: sdkFromTags(tags) }],
      });
      return subnetFromSdk(answered(answer.Subnet, 'ec2', 'CreateSubnet'));
    },
    deleteSubnet: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteSubnet', { SubnetId: id }));
    },
  };
}
