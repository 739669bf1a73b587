/** Who holds what cannot be deleted, on the SDK. */
import { readPages } from '../paging.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import type { Holder, HolderOperations } from './holder.ts';

async function interfacesBy(aws: Ec2Requester, filter: string, values: readonly string[]): Promise<readonly Holder[]> {
  const Filters = [{ Name: filter, Values: [...values] }];
  const { items } = await readPages(async (NextToken) => {
    const input = { Filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) };
    const page = await aws.send('DescribeNetworkInterfaces', input);
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
  return items.map(({ NetworkInterfaceId: id = '', Description: description = '' }) => ({
    kind: 'network interface',
    id,
    description,
  }));
}

async function groupsReferringTo(aws: Ec2Requester, filter: string, groupId: string): Promise<readonly Holder[]> {
  const Filters = [{ Name: filter, Values: [groupId] }];
  const { items } = await readPages(async (NextToken) => {
    const input = { Filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) };
    const page = await aws.send('DescribeSecurityGroups', input);
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  return items.map(({ GroupId: id = '', GroupName: description = '' }) => ({
    kind: 'security group',
    id,
    description,
  }));
}

export function holderCalls({ aws }: Ec2Context): HolderOperations {
  return {
    findSecurityGroupHolders: async (groupId) => {
      const found = await Promise.all([
        interfacesBy(aws, 'group-id', [groupId]),
        groupsReferringTo(aws, 'ip-permission.group-id', groupId),
        groupsReferringTo(aws, 'egress.ip-permission.group-id', groupId),
      ]);
      // A group may refer to it in both directions; one that refers to itself holds nothing.
      const holders = new Map(found.flat().map((holder) => [holder.id, holder]));
      holders.delete(groupId);
      return [...holders.values()];
    },
    findSubnetHolders: (subnetIds) => interfacesBy(aws, 'subnet-id', subnetIds),
  };
}
