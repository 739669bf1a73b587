import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  Subnet as WireSubnet,
} from '@aws-sdk/client-ec2';
import { cidrText, contains, overlaps, parseCidr, sizeOf, type Cidr } from '../../../util/cidr.ts';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { addSubnet } from './additions.ts';
import { RESERVED_ADDRESSES } from './addresses.ts';
import { ec2Arn } from './arn.ts';
import { zoneIdOf } from './availability-zone.ts';
import { assertBelow, dependencyViolation, invalidValue, missingParameter, notFound } from './faults.ts';
import { filtersOnNothing, listed, type FilterTable } from './filters.ts';
import { interfacesIn, subnetBy, visible, vpcBy } from './lookup.ts';
import type { Ec2State, Subnet, Vpc } from './model.ts';
import { ec2Slot } from './state.ts';
import { tagList, tagsFromSpecifications } from './tags.ts';
import { presentBlocks } from './vpc-blocks.ts';

function subnetView(subnet: Subnet, partition: Partition): WireSubnet {
  const used = interfacesIn(partition.get(ec2Slot), subnet.id).length;
  return {
    SubnetId: subnet.id,
    SubnetArn: ec2Arn(partition, 'subnet', subnet.id),
    VpcId: subnet.vpcId,
    OwnerId: partition.account,
    State: subnet.cycle.state,
    CidrBlock: cidrText(subnet.block),
    AvailableIpAddressCount: sizeOf(subnet.block) - RESERVED_ADDRESSES - used,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: zoneIdOf(subnet.zone),
    DefaultForAz: subnet.isDefault,
    MapPublicIpOnLaunch: subnet.isDefault,
    AssignIpv6AddressOnCreation: false,
    Tags: tagList(subnet.tags),
  };
}

function filtersOf(partition: Partition): FilterTable<Subnet> {
  const availability = (zone: string): string[] => [zone];
  return {
    'subnet-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'availability-zone': ({ zone }) => availability(zone),
    availabilityZone: ({ zone }) => availability(zone),
    'availability-zone-id': ({ zone }) => [zoneIdOf(zone)],
    availabilityZoneId: ({ zone }) => [zoneIdOf(zone)],
    'available-ip-address-count': (one) => [String(subnetView(one, partition).AvailableIpAddressCount)],
    'cidr-block': ({ block }) => [cidrText(block)],
    cidr: ({ block }) => [cidrText(block)],
    cidrBlock: ({ block }) => [cidrText(block)],
    'default-for-az': ({ isDefault }) => [String(isDefault)],
    defaultForAz: ({ isDefault }) => [String(isDefault)],
    'enable-dns64': () => ['false'],
    'ipv6-native': () => ['false'],
    'map-customer-owned-ip-on-launch': () => ['false'],
    'map-public-ip-on-launch': ({ isDefault }) => [String(isDefault)],
    'owner-id': () => [partition.account],
    'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': () => ['false'],
    'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': () => ['false'],
    'private-dns-name-options-on-launch.hostname-type': () => ['ip-name'],
    state: ({ cycle }) => [cycle.state],
    ...filtersOnNothing(
      'customer-owned-ipv4-pool',
      'enable-lni-at-device-index',
      'ipv6-cidr-block-association.association-id',
      'ipv6-cidr-block-association.ipv6-cidr-block',
      'ipv6-cidr-block-association.state',
      'outpost-arn',
    ),
    'subnet-arn': ({ id }) => [ec2Arn(partition, 'subnet', id)],
  };
}

function describeSubnets(input: DescribeSubnetsRequest, { partition }: RequestContext): DescribeSubnetsResult {
  const page = listed(
    {
      items: visible(partition.get(ec2Slot).subnets.values(), partition),
      idOf: ({ id }) => id,
      table: filtersOf(partition),
      notFound: notFound('subnet'),
      idsWithoutPages: 'SubnetIds',
    },
    { ...input, ids: input.SubnetIds },
  );
  return { Subnets: page.items.map((subnet) => subnetView(subnet, partition)), NextToken: page.next };
}

function subnetBlockFrom(text: string): Cidr {
  const block = parseCidr(text);
  if (!block) throw invalidValue('cidrBlock', text, 'This is not a valid CIDR block.');
  if (block.prefix < 16 || block.prefix > 28) throw rangeFault(text);
  return block;
}

function rangeFault(cidr: string): AwsFault {
  return new AwsFault('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
}

/** *Throws* when the block lies in none of the VPC's associated blocks or meets another subnet. */
function assertFree(state: Ec2State, vpc: Vpc, block: Cidr): void {
  if (!presentBlocks(vpc).some((one) => contains(one, block))) throw rangeFault(cidrText(block));
  const other = [...state.subnets.values()].find((one) => one.vpcId === vpc.id && overlaps(one.block, block));
  if (!other) return;
  throw new AwsFault('InvalidSubnet.Conflict', `The CIDR '${cidrText(block)}' conflicts with another subnet`);
}

function zoneFrom(input: CreateSubnetRequest, { settings }: Partition): string {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = input;
  const zone = settings.zones.find((one) => (id ? zoneIdOf(one) === id : !name || one === name));
  if (zone) return zone;
  const known = settings.zones.join(', ');
  const why = `Subnets can currently only be created in the following availability zones: ${known}.`;
  throw invalidValue('availabilityZone', name ?? id ?? '', why);
}

function createSubnet(input: CreateSubnetRequest, { partition }: RequestContext): CreateSubnetResult {
  const state = partition.get(ec2Slot);
  if (!input.CidrBlock) throw missingParameter('cidrBlock');
  const vpc = vpcBy(state, input.VpcId ?? '', partition);
  const zone = zoneFrom(input, partition);
  const block = subnetBlockFrom(input.CidrBlock);
  assertFree(state, vpc, block);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'subnet');
  const count = [...state.subnets.values()].filter(({ vpcId }) => vpcId === vpc.id).length;
  const limit = partition.quota('ec2.subnetsPerVpc');
  assertBelow(count, limit, 'SubnetLimitExceeded', 'The maximum number of subnets has been reached');
  const asked = { vpcId: vpc.id, block, zone, isDefault: false, tags };
  return { Subnet: subnetView(addSubnet(state, partition, asked, 'pending'), partition) };
}

function deleteSubnet({ SubnetId = '' }: DeleteSubnetRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const { id, cycle } = subnetBy(state, SubnetId, partition);
  if (interfacesIn(state, id).length > 0) {
    throw dependencyViolation(`The subnet '${id}' has dependencies and cannot be deleted.`);
  }
  cycle.stop();
  state.subnets.delete(id);
  for (const { associations } of state.routeTables.values()) {
    for (const { id: associationId, subnetId } of associations.values()) {
      if (subnetId === id) associations.delete(associationId);
    }
  }
}

export const subnetOperations = {
  DescribeSubnets: describeSubnets,
  CreateSubnet: createSubnet,
  DeleteSubnet: deleteSubnet,
};
