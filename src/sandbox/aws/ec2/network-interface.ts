import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterfaceType,
} from '@aws-sdk/client-ec2';
import type { RequestContext } from '../service.ts';
import { notFound } from './faults.ts';
import { zoneIdOf } from './availability-zone.ts';
import { filtersOnNothing, listed, type FilterTable } from './filters.ts';
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
  'addresses.primary': () => ['true'],
  'addresses.private-ip-address': ({ privateIpAddress }) => [privateIpAddress],
  'requester-managed': () => ['true'],
  status: () => ['in-use'],
  // What the view below does not show.
  ...filtersOnNothing(
    'addresses.association.owner-id',
    'addresses.association.public-ip',
    'association.allocation-id',
    'association.association-id',
    'association.ip-owner-id',
    'association.public-dns-name',
    'association.public-ip',
    'attachment.attach-time',
    'attachment.attachment-id',
    'attachment.delete-on-termination',
    'attachment.device-index',
    'attachment.instance-id',
    'attachment.instance-owner-id',
    'attachment.status',
    'ipv6-addresses.ipv6-address',
    'mac-address',
    'operator.managed',
    'operator.principal',
    'private-dns-name',
    'requester-id',
    'source-dest-check',
  ),
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
  const zoneOf = ({ subnetId }: NetworkInterface): string => state.subnets.get(subnetId)?.zone ?? '';
  const page = listed(
    {
      items: state.networkInterfaces.values(),
      idOf: ({ id }) => id,
      table: {
        ...INTERFACE_FILTERS,
        'availability-zone': (one) => [zoneOf(one)],
        'availability-zone-id': (one) => [zoneIdOf(zoneOf(one))],
        'owner-id': () => [partition.account],
        'vpc-id': (one) => [vpcOf(one)],
      },
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
      AvailabilityZone: zoneOf(one),
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
