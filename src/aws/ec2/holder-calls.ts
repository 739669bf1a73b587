/** Who holds what cannot be deleted, on the SDK. */
import type { Listed } from '../batcher.ts';
import { readPages } from '../paging.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import type { Holder, HolderOperations } from './holder.ts';
import { readInternetGatewaysOf } from './internet-gateway-calls.ts';
import { readNatGateways } from './nat-gateway-calls.ts';
import { readRouteTables } from './route-table-calls.ts';
import { findSecurityGroups, questionOf } from './security-group-calls.ts';
import { readSubnets } from './subnet-calls.ts';
import { readVpcPeeringsOf } from './vpc-peering-calls.ts';
import { hasEnded } from './vpc-peering.ts';

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

/** Subnets, and what stands in them. */
async function subnetsIn(aws: Ec2Requester, vpcId: string): Promise<readonly Holder[]> {
  const [subnets, natGateways] = await Promise.all([readSubnets(aws, [vpcId]), readNatGateways(aws, [vpcId])]);
  // AWS goes on showing those that are gone.
  const standing = listOf(natGateways).filter(({ state }) => state !== 'deleted' && state !== 'failed');
  return [
    ...listOf(subnets).map(({ id, cidr }) => ({ kind: 'subnet' as const, id, description: cidr })),
    ...standing.map(({ id, state }) => ({ kind: 'NAT gateway' as const, id, description: state })),
  ];
}

/** Groups and tables but for those that come and go with the VPC. */
async function additionsTo(aws: Ec2Requester, vpcId: string): Promise<readonly Holder[]> {
  const [groups, tables] = await Promise.all([
    findSecurityGroups(aws, [questionOf({ vpcId })]),
    readRouteTables(aws, [vpcId]),
  ]);
  const ownGroups = listOf(groups).filter(({ name }) => name !== 'default');
  return [
    ...ownGroups.map(({ id, name }) => ({ kind: 'security group' as const, id, description: name })),
    ...listOf(tables)
      .filter(({ isMain }) => !isMain)
      .map(({ id, tags }) => ({ kind: 'route table' as const, id, description: tags['Name'] ?? '' })),
  ];
}

/** What connects it to elsewhere. */
async function connectionsOf(aws: Ec2Requester, vpcId: string): Promise<readonly Holder[]> {
  const [gateways, peerings] = await Promise.all([
    readInternetGatewaysOf(aws, [vpcId]),
    readVpcPeeringsOf(aws, [vpcId]),
  ]);
  const standing = listOf(peerings).filter(({ status }) => !hasEnded(status));
  return [
    ...listOf(gateways).map(({ id, tags }) => ({
      kind: 'internet gateway' as const,
      id,
      description: tags['Name'] ?? '',
    })),
    ...standing.map(({ id, status }) => ({ kind: 'VPC peering' as const, id, description: status.code })),
  ];
}

/** What a list about one VPC answers. */
function listOf<T>({ answers }: Listed<readonly T[]>): readonly T[] {
  return [...answers.values()].flat();
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
    findVpcHolders: async (vpcId) => {
      const found = await Promise.all([subnetsIn(aws, vpcId), connectionsOf(aws, vpcId), additionsTo(aws, vpcId)]);
      return found.flat();
    },
  };
}
