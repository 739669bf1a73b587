import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
  InternetGateway as WireInternetGateway,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { assertBelow, dependencyViolation, notFound } from '../faults.ts';
import { listed, type FilterTable } from '../filters.ts';
import { addInternetGateway } from './gateway-additions.ts';
import { internetGatewayBy, visible, vpcBy } from '../lookup.ts';
import type { Ec2State, InternetGateway } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { tagList, tagsFromSpecifications } from '../tags.ts';

/** A gateway that is attached says `available`; the SDK's type knows the states of other attachments alone. */
const ATTACHED = 'available' as 'attached';

function gatewayView({ id, vpcId, tags }: InternetGateway, { account }: Partition): WireInternetGateway {
  return {
    InternetGatewayId: id,
    OwnerId: account,
    Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: ATTACHED }],
    Tags: tagList(tags),
  };
}

const FILTERS: FilterTable<InternetGateway> = {
  'internet-gateway-id': ({ id }) => [id],
  'attachment.vpc-id': ({ vpcId }) => [vpcId],
  'attachment.state': ({ vpcId }) => (vpcId === undefined ? [] : [ATTACHED]),
};

function describeInternetGateways(
  input: DescribeInternetGatewaysRequest,
  { partition }: RequestContext,
): DescribeInternetGatewaysResult {
  const page = listed(
    {
      items: visible(partition.get(ec2Slot).internetGateways.values(), partition),
      idOf: ({ id }) => id,
      table: { ...FILTERS, 'owner-id': () => [partition.account] },
      notFound: notFound('internet-gateway'),
      idsWithoutPages: 'InternetGatewayIds',
    },
    { ...input, ids: input.InternetGatewayIds },
  );
  return { InternetGateways: page.items.map((one) => gatewayView(one, partition)), NextToken: page.next };
}

function createInternetGateway(
  input: CreateInternetGatewayRequest,
  { partition }: RequestContext,
): CreateInternetGatewayResult {
  const state = partition.get(ec2Slot);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'internet-gateway');
  assertBelow(
    state.internetGateways.size,
    partition.quota('ec2.internetGatewaysPerRegion'),
    'InternetGatewayLimitExceeded',
    'The maximum number of internet gateways has been reached',
  );
  return { InternetGateway: gatewayView(addInternetGateway(state, partition, { vpcId: undefined, tags }), partition) };
}

function attachInternetGateway(input: AttachInternetGatewayRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const gateway = internetGatewayBy(state, input.InternetGatewayId ?? '', partition);
  const vpc = vpcBy(state, input.VpcId ?? '', partition);
  if (gateway.vpcId !== undefined) {
    const message = `resource ${gateway.id} is already attached to network ${gateway.vpcId}`;
    throw new AwsFault('Resource.AlreadyAssociated', message);
  }
  if ([...state.internetGateways.values()].some(({ vpcId }) => vpcId === vpc.id)) {
    const message = `Network ${vpc.id} already has an internet gateway attached`;
    throw new AwsFault('InvalidParameterValue', message);
  }
  gateway.vpcId = vpc.id;
}

/** Whether anything in the VPC is reached from the internet by an address of its own. */
function hasPublicAddress({ elasticIps, networkInterfaces, subnets }: Ec2State, vpcId: string): boolean {
  const vpcOf = (interfaceId: string): string | undefined =>
    subnets.get(networkInterfaces.get(interfaceId)?.subnetId ?? '')?.vpcId;
  return [...elasticIps.values()].some(
    ({ association }) => association && vpcOf(association.networkInterfaceId) === vpcId,
  );
}

function detachInternetGateway(input: DetachInternetGatewayRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const gateway = internetGatewayBy(state, input.InternetGatewayId ?? '', partition);
  const vpc = vpcBy(state, input.VpcId ?? '', partition);
  if (gateway.vpcId !== vpc.id) {
    throw new AwsFault('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`);
  }
  if (hasPublicAddress(state, vpc.id)) {
    throw dependencyViolation(
      `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching ` +
        'the gateway.',
    );
  }
  gateway.vpcId = undefined;
}

function deleteInternetGateway(input: DeleteInternetGatewayRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const { id, vpcId } = internetGatewayBy(state, input.InternetGatewayId ?? '', partition);
  if (vpcId !== undefined) {
    throw dependencyViolation(`The internetGateway '${id}' has dependencies and cannot be deleted.`);
  }
  state.internetGateways.delete(id);
}

export const internetGatewayOperations = {
  DescribeInternetGateways: describeInternetGateways,
  CreateInternetGateway: createInternetGateway,
  AttachInternetGateway: attachInternetGateway,
  DetachInternetGateway: detachInternetGateway,
  DeleteInternetGateway: deleteInternetGateway,
};
