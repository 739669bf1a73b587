import type {
  Address,
  AllocateAddressRequest,
  AllocateAddressResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { missingParameter, notFound, notSimulated } from '../faults.ts';
import { listed, type FilterTable } from '../filters.ts';
import { addElasticIp } from './gateway-additions.ts';
import { elasticIpBy, visible } from '../lookup.ts';
import type { ElasticIp } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { tagList, tagsFromSpecifications } from '../tags.ts';

/** All addresses of a region are advertised from one place. */
function commonView({ id, publicIp }: ElasticIp, { region }: Partition): AllocateAddressResult {
  return {
    AllocationId: id,
    PublicIp: publicIp,
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: region,
    Domain: 'vpc',
  };
}

function addressView(address: ElasticIp, partition: Partition): Address {
  const { association } = address;
  return {
    ...commonView(address, partition),
    ...(association && {
      AssociationId: association.id,
      NetworkInterfaceId: association.networkInterfaceId,
      NetworkInterfaceOwnerId: partition.account,
      PrivateIpAddress: association.privateIpAddress,
    }),
    Tags: tagList(address.tags),
  };
}

const FILTERS: FilterTable<ElasticIp> = {
  'allocation-id': ({ id }) => [id],
  'association-id': ({ association }) => [association?.id],
  domain: () => ['vpc'],
  'instance-id': () => [],
  'network-interface-id': ({ association }) => [association?.networkInterfaceId],
  'private-ip-address': ({ association }) => [association?.privateIpAddress],
  'public-ip': ({ publicIp }) => [publicIp],
};

function unknownAddress(publicIp: string): AwsFault {
  return new AwsFault('InvalidAddress.NotFound', `Address '${publicIp}' not found.`);
}

function describeAddresses(input: DescribeAddressesRequest, { partition }: RequestContext): DescribeAddressesResult {
  const all = visible(partition.get(ec2Slot).elasticIps.values(), partition);
  const { PublicIps = [] } = input;
  const unknown = PublicIps.find((wanted) => !all.some(({ publicIp }) => publicIp === wanted));
  if (unknown !== undefined) throw unknownAddress(unknown);
  const page = listed(
    {
      items: PublicIps.length > 0 ? all.filter(({ publicIp }) => PublicIps.includes(publicIp)) : all,
      idOf: ({ id }) => id,
      table: {
        ...FILTERS,
        'network-border-group': () => [partition.region],
        'network-interface-owner-id': ({ association }) => (association ? [partition.account] : []),
      },
      notFound: notFound('elastic-ip'),
    },
    { Filters: input.Filters, ids: input.AllocationIds },
  );
  return { Addresses: page.items.map((address) => addressView(address, partition)) };
}

function allocateAddress(input: AllocateAddressRequest, { partition }: RequestContext): AllocateAddressResult {
  if (input.Domain === 'standard') throw new AwsFault('UnsupportedOperation', 'There is no EC2-Classic any more.');
  if (input.Address ?? input.IpamPoolId ?? input.CustomerOwnedIpv4Pool) throw notSimulated("addresses of one's own");
  const state = partition.get(ec2Slot);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'elastic-ip');
  if (state.elasticIps.size >= partition.quota('ec2.elasticIpsPerRegion')) {
    throw new AwsFault('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
  }
  return commonView(addElasticIp(state, partition, tags), partition);
}

function releaseAddress(input: ReleaseAddressRequest, { partition }: RequestContext): void {
  if (!input.AllocationId) throw missingParameter('AllocationId');
  const state = partition.get(ec2Slot);
  const { id, publicIp, association } = elasticIpBy(state, input.AllocationId, partition);
  if (association) throw new AwsFault('InvalidIPAddress.InUse', `Address ${publicIp} is in use.`);
  state.elasticIps.delete(id);
}

export const elasticIpOperations = {
  DescribeAddresses: describeAddresses,
  AllocateAddress: allocateAddress,
  ReleaseAddress: releaseAddress,
};
