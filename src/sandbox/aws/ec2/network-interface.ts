import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterfaceType,
} from '@aws-sdk/client-ec2';
import type { RequestContext } from '../service.ts';
import { notFound } from './faults.ts';
import { listed, type FilterTable } from './filters.ts';
import type { NetworkInterface } from './model.ts';
import { ec2Slot } from './state.ts';
import { tagList } from './tags.ts';

const INTERFACE_FILTERS: FilterTable<NetworkInterface> = {
  'network-interface-id': ({ id }) => [id],
  'subnet-id': ({ subnetId }) => [subnetId],
  'group-id': ({ groupIds }) => groupIds,
  description: ({ description }) => [description],
  'interface-type': ({ type }) => [type],
  'private-ip-address': ({ privateIpAddress }) => [privateIpAddress],
  status: () => ['in-use'],
};

/** AWS says `nat_gateway`, also in its own filters; the SDK's type has only heard of `natGateway`. */
function typeOf({ type }: NetworkInterface): NetworkInterfaceType {
  return type as NetworkInterfaceType;
}

function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesRequest,
  { partition }: RequestContext,
): DescribeNetworkInterfacesResult {
  const state = partition.get(ec2Slot);
  const vpcOf = ({ subnetId }: NetworkInterface): string | undefined => state.subnets.get(subnetId)?.vpcId;
  const page = listed(
    {
      items: state.networkInterfaces.values(),
      idOf: ({ id }) => id,
      table: { ...INTERFACE_FILTERS, 'vpc-id': (one) => [vpcOf(one)] },
      notFound: notFound('network-interface'),
      idsWithoutPages: 'NetworkInterfaceIds',
    },
    { ...input, ids: input.NetworkInterfaceIds },
  );
  return {
    NetworkInterfaces: page.items.map((one) => ({
      NetworkInterfaceId: one.id,
      Description: one.description,
      SubnetId: one.subnetId,
      VpcId: vpcOf(one),
      AvailabilityZone: state.subnets.get(one.subnetId)?.zone,
      PrivateIpAddress: one.privateIpAddress,
      OwnerId: partition.account,
      InterfaceType: typeOf(one),
      RequesterManaged: true,
      Status: 'in-use',
      Groups: one.groupIds.map((id) => ({ GroupId: id, GroupName: state.securityGroups.get(id)?.name })),
      TagSet: tagList(one.tags),
    })),
    NextToken: page.next,
  };
}

export const networkInterfaceOperations = { DescribeNetworkInterfaces: describeNetworkInterfaces };
