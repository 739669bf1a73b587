/** NAT gateways on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import type { Listed } from '../batcher.ts';
import { tagsFromSdk } from '../tags.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import { listedByVpc, readByValues } from './filter.ts';
import type { NatGateway, NatGatewayOperations } from './nat-gateway.ts';

function natGatewayFromSdk(gateway: Sdk.NatGateway): NatGateway {
  return {
    id: gateway.NatGatewayId ?? '',
    vpcId: gateway.VpcId ?? '',
    subnetId: gateway.SubnetId ?? '',
    state: gateway.State ?? '',
    publicIps: (gateway.NatGatewayAddresses ?? []).flatMap(({ PublicIp }) => PublicIp ?? []),
    tags: tagsFromSdk(gateway.Tags),
  };
}

/** Reads the gateways of some VPCs. */
export async function readNatGateways(
  aws: Ec2Requester,
  vpcIds: readonly string[],
): Promise<Listed<readonly NatGateway[]>> {
  const listed = await readByValues('vpc-id', vpcIds, async (filters, NextToken) => {
    // Other lists call the member `Filters`.
    const input = { Filter: filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) };
    const page = await aws.send('DescribeNatGateways', input);
    return { items: page.NatGateways?.map(natGatewayFromSdk), next: page.NextToken };
  });
  return listedByVpc(vpcIds, listed, ({ vpcId }) => [vpcId]);
}

export function natGatewayCalls({ call, shared }: Ec2Context): NatGatewayOperations {
  return { describeNatGateways: (vpcId) => shared.natGateways.ask(vpcId, call) };
}
