import type {
  CreateNatGatewayRequest,
  CreateNatGatewayResult,
  DeleteNatGatewayRequest,
  DeleteNatGatewayResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  NatGateway as WireNatGateway,
  NatGatewayAddress,
} from '@aws-sdk/client-ec2';
import { sizeOf } from '../../../../util/cidr.ts';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { RESERVED_ADDRESSES } from '../addresses.ts';
import { missingParameter, notFound, notSimulated } from '../faults.ts';
import { listed, type FilterTable } from '../filters.ts';
import { elasticIpBy, interfacesIn, madeBy, natGatewayBy, subnetBy, visible } from '../lookup.ts';
import type { Ec2State, ElasticIp, NatGateway, NatGatewayState, Subnet } from '../model.ts';
import { addNatGateway } from './nat-gateway-additions.ts';
import { ec2Slot } from '../state.ts';
import { tagList, tagsFromSpecifications } from '../tags.ts';

/** `gone` is the moment between the last transition and the end of the record; nobody sees it. */
function stateOf({ cycle }: NatGateway): Exclude<NatGatewayState, 'gone'> {
  return cycle.state === 'gone' ? 'deleted' : cycle.state;
}

function addressView(gateway: NatGateway, { elasticIps }: Ec2State): NatGatewayAddress {
  const { address, networkInterfaceId, privateIpAddress } = gateway;
  const association = elasticIps.get(address?.allocationId ?? '')?.association;
  return {
    ...(address && { AllocationId: address.allocationId, PublicIp: address.publicIp }),
    ...(association?.networkInterfaceId === networkInterfaceId && { AssociationId: association.id }),
    NetworkInterfaceId: networkInterfaceId,
    PrivateIp: privateIpAddress,
    IsPrimary: true,
    Status: gateway.failure ? 'failed' : 'succeeded',
  };
}

function gatewayView(gateway: NatGateway, partition: Partition): WireNatGateway {
  const state = stateOf(gateway);
  return {
    NatGatewayId: gateway.id,
    VpcId: gateway.vpcId,
    SubnetId: gateway.subnetId,
    State: state,
    ConnectivityType: gateway.address ? 'public' : 'private',
    AvailabilityMode: 'zonal',
    CreateTime: gateway.createdAt,
    ...(gateway.deletedAt && { DeleteTime: gateway.deletedAt }),
    ...(state === 'failed' && { FailureCode: gateway.failure?.code, FailureMessage: gateway.failure?.message }),
    NatGatewayAddresses: [addressView(gateway, partition.get(ec2Slot))],
    Tags: tagList(gateway.tags),
  };
}

const FILTERS: FilterTable<NatGateway> = {
  'nat-gateway-id': ({ id }) => [id],
  state: (gateway) => [stateOf(gateway)],
  'subnet-id': ({ subnetId }) => [subnetId],
  'vpc-id': ({ vpcId }) => [vpcId],
};

/** The one describe operation whose filters are called `Filter`. */
function describeNatGateways(
  input: DescribeNatGatewaysRequest,
  { partition }: RequestContext,
): DescribeNatGatewaysResult {
  const page = listed(
    {
      items: visible(partition.get(ec2Slot).natGateways.values(), partition),
      idOf: ({ id }) => id,
      table: FILTERS,
      notFound: notFound('natgateway'),
    },
    { ...input, Filters: input.Filter, ids: input.NatGatewayIds },
  );
  return { NatGateways: page.items.map((gateway) => gatewayView(gateway, partition)), NextToken: page.next };
}

function addressFrom(input: CreateNatGatewayRequest, partition: Partition): ElasticIp | undefined {
  const { AllocationId, ConnectivityType = 'public' } = input;
  if (ConnectivityType === 'public' && !AllocationId) throw missingParameter('AllocationId');
  if (ConnectivityType === 'private' && AllocationId) {
    const message = 'AllocationId cannot be specified for a private NAT gateway';
    throw new AwsFault('InvalidParameterCombination', message);
  }
  return AllocationId ? elasticIpBy(partition.get(ec2Slot), AllocationId, partition) : undefined;
}

/** What AWS finds out only while it makes the gateway, which is `failed` then. */
function failureOf(subnet: Subnet, address: ElasticIp | undefined, state: Ec2State): NatGateway['failure'] {
  if (interfacesIn(state, subnet.id).length >= sizeOf(subnet.block) - RESERVED_ADDRESSES) {
    const message = 'Subnet has insufficient free addresses to create this NAT gateway';
    return { code: 'InsufficientFreeAddressesInSubnet', message };
  }
  if (address?.association) {
    const message = `Elastic IP address ${address.id} is already associated`;
    return { code: 'Resource.AlreadyAssociated', message };
  }
  const { vpcId } = subnet;
  if (!address || [...state.internetGateways.values()].some((gateway) => gateway.vpcId === vpcId)) return undefined;
  return { code: 'Gateway.NotAttached', message: `Network ${vpcId} has no Internet gateway attached` };
}

const COUNTED: readonly NatGatewayState[] = ['pending', 'available', 'deleting'];

/** Gateways count by the zone of their subnet, as long as they are something. */
function assertBelowLimit({ zone }: Subnet, partition: Partition): void {
  const { natGateways, subnets } = partition.get(ec2Slot);
  const inZone = [...natGateways.values()].filter(
    ({ subnetId, cycle }) => subnets.get(subnetId)?.zone === zone && COUNTED.includes(cycle.state),
  );
  if (inZone.length < partition.quota('ec2.natGatewaysPerZone')) return;
  throw new AwsFault('NatGatewayLimitExceeded', 'The maximum number of NAT Gateways has been reached.');
}

function createNatGateway(input: CreateNatGatewayRequest, { partition }: RequestContext): CreateNatGatewayResult {
  if (input.AvailabilityMode === 'regional') throw notSimulated('regional NAT gateways');
  if (input.SecondaryAllocationIds?.length || input.SecondaryPrivateIpAddresses?.length) {
    throw notSimulated('secondary addresses of NAT gateways');
  }
  if (!input.SubnetId) throw missingParameter('SubnetId');
  const state = partition.get(ec2Slot);
  const subnet = subnetBy(state, input.SubnetId, partition);
  const address = addressFrom(input, partition);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'natgateway');
  const { ClientToken: clientToken } = input;
  const repeated = madeBy(clientToken, state.natGateways.values());
  if (repeated) return { NatGateway: gatewayView(repeated, partition), ClientToken: clientToken };
  assertBelowLimit(subnet, partition);
  const asked = { subnet, address, failure: failureOf(subnet, address, state), tags, clientToken };
  const gateway = addNatGateway(state, partition, asked, 'pending');
  return { NatGateway: gatewayView(gateway, partition), ClientToken: clientToken };
}

/** Safe to repeat while the gateway is still shown. */
function deleteNatGateway(
  { NatGatewayId = '' }: DeleteNatGatewayRequest,
  { partition }: RequestContext,
): DeleteNatGatewayResult {
  const { id, cycle } = natGatewayBy(partition.get(ec2Slot), NatGatewayId, partition);
  if (cycle.state === 'pending' || cycle.state === 'available') cycle.enter('deleting');
  return { NatGatewayId: id };
}

export const natGatewayOperations = {
  DescribeNatGateways: describeNatGateways,
  CreateNatGateway: createNatGateway,
  DeleteNatGateway: deleteNatGateway,
};
