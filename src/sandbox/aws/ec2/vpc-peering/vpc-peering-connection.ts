import type {
  AcceptVpcPeeringConnectionRequest,
  AcceptVpcPeeringConnectionResult,
  CreateVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionResult,
  DeleteVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionResult,
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult,
  RejectVpcPeeringConnectionRequest,
  RejectVpcPeeringConnectionResult,
} from '@aws-sdk/client-ec2';
import { overlaps } from '../../../../util/cidr.ts';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { isDoomed } from '../doomed.ts';
import { missingParameter, notFound } from '../faults.ts';
import { listed } from '../filters.ts';
import { visible, vpcBy, vpcPeeringBy } from '../lookup.ts';
import type { PeeringConnection, PeeringEnd, PeeringState, Vpc, VpcPeering } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { tagsFromSpecifications } from '../tags.ts';
import { presentBlocks } from '../vpc-blocks.ts';
import { addPeering } from './additions.ts';
import { endPeering, isSameEnd, peeringState } from './life-cycle.ts';
import { assertMayPeer, assertMayRequest, isLiving } from './rules.ts';
import { PEERING_FILTERS, peeringView } from './view.ts';

function describeVpcPeeringConnections(
  input: DescribeVpcPeeringConnectionsRequest,
  { partition }: RequestContext,
): DescribeVpcPeeringConnectionsResult {
  const page = listed(
    {
      items: visible(partition.get(ec2Slot).vpcPeerings.values(), partition),
      idOf: ({ id }) => id,
      table: PEERING_FILTERS,
      notFound: notFound('vpc-peering-connection'),
    },
    { ...input, ids: input.VpcPeeringConnectionIds },
  );
  return { VpcPeeringConnections: page.items.map(peeringView), NextToken: page.next };
}

function endFrom(account: string, region: string, vpcId: string): PeeringEnd {
  const options = {
    allowDnsResolutionFromRemoteVpc: false,
    allowEgressFromLocalClassicLinkToRemoteVpc: false,
    allowEgressFromLocalVpcToRemoteClassicLink: false,
  };
  return { account, region, vpcId, options };
}

function areSameVpc(one: PeeringEnd, other: PeeringEnd): boolean {
  return one.account === other.account && one.region === other.region && one.vpcId === other.vpcId;
}

/** AWS answers a request that was made before with the connection that there is (hashicorp/terraform-provider-aws#27750). */
function livingBetween(requester: PeeringEnd, accepter: PeeringEnd, partition: Partition): VpcPeering | undefined {
  return [...partition.get(ec2Slot).vpcPeerings.values()].find(
    ({ connection }) =>
      areSameVpc(connection.requester, requester) && areSameVpc(connection.accepter, accepter) && isLiving(connection),
  );
}

/** A VPC that does not exist, and one with the same addresses, are no error: the connection that is made fails. */
function outcomeOf(vpc: Vpc, accepter: PeeringEnd, partition: Partition): 'failed' | 'rejected' | 'pending-acceptance' {
  const state = partition.get(ec2Slot);
  if (isDoomed(state, partition, 'ec2.failingPeeringRequests')) return 'failed';
  const peer = partition.sibling(accepter.account, accepter.region)?.get(ec2Slot).vpcs.get(accepter.vpcId);
  const meets = (other: Vpc): boolean =>
    presentBlocks(vpc).some((block) => presentBlocks(other).some((one) => overlaps(one, block)));
  if (!peer || meets(peer)) return 'failed';
  return isDoomed(state, partition, 'ec2.rejectedPeeringRequests') ? 'rejected' : 'pending-acceptance';
}

function createVpcPeeringConnection(
  input: CreateVpcPeeringConnectionRequest,
  { partition }: RequestContext,
): CreateVpcPeeringConnectionResult {
  const { account, region } = partition;
  const { PeerOwnerId = account, PeerRegion = region, PeerVpcId } = input;
  if (!PeerVpcId) throw missingParameter('peerVpcId');
  const vpc = vpcBy(partition.get(ec2Slot), input.VpcId ?? '', partition);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc-peering-connection');
  const requester = endFrom(account, region, vpc.id);
  const accepter = endFrom(PeerOwnerId, PeerRegion, PeerVpcId);
  const existing = livingBetween(requester, accepter, partition);
  if (existing) return { VpcPeeringConnection: peeringView(existing) };
  assertMayRequest(partition);
  assertMayPeer(vpc.id, partition);
  const outcome = outcomeOf(vpc, accepter, partition);
  return { VpcPeeringConnection: peeringView(addPeering(partition, { requester, accepter, tags, outcome })) };
}

function assertTransition(connection: PeeringConnection, from: PeeringState, to: string): void {
  const state = peeringState(connection);
  if (state === from) return;
  throw new AwsFault(
    'InvalidStateTransition',
    `Invalid state transition for ${connection.id}, attempted to transition from ${state} to ${to}`,
  );
}

function notAllowed(message: string): AwsFault {
  return new AwsFault('OperationNotPermitted', message);
}

function assertAnswerer({ id, accepter }: PeeringConnection, partition: Partition, answer: 'accept' | 'reject'): void {
  if (isSameEnd(accepter, partition)) return;
  const { account, region } = partition;
  if (accepter.account !== account) throw notAllowed(`User ${account} cannot ${answer} peering ${id}`);
  throw notAllowed(
    `Incorrect region (${region}) specified for this request. VPC peering connection ${id} must be ${answer}ed in region ${accepter.region}`,
  );
}

/** Requests in both directions may wait side by side; when one of them is a connection, the other cannot become one. */
function assertOnlyOne({ id, requester, accepter }: PeeringConnection, partition: Partition): void {
  const isOther = ({ connection }: VpcPeering): boolean =>
    areSameVpc(connection.requester, accepter) &&
    areSameVpc(connection.accepter, requester) &&
    ['provisioning', 'active'].includes(peeringState(connection));
  if (![...partition.get(ec2Slot).vpcPeerings.values()].some(isOther)) return;
  throw new AwsFault(
    'VpcPeeringConnectionAlreadyExists',
    `The vpc peering connection identified by ${id} already exists.`,
  );
}

function acceptVpcPeeringConnection(
  { VpcPeeringConnectionId = '' }: AcceptVpcPeeringConnectionRequest,
  { partition }: RequestContext,
): AcceptVpcPeeringConnectionResult {
  const peering = vpcPeeringBy(partition.get(ec2Slot), VpcPeeringConnectionId, partition);
  const { connection } = peering;
  assertAnswerer(connection, partition, 'accept');
  assertTransition(connection, 'pending-acceptance', 'provisioning');
  assertOnlyOne(connection, partition);
  assertMayPeer(connection.requester.vpcId, connection.home);
  assertMayPeer(connection.accepter.vpcId, partition);
  connection.cycle.enter('provisioning');
  return { VpcPeeringConnection: peeringView(peering) };
}

function rejectVpcPeeringConnection(
  { VpcPeeringConnectionId = '' }: RejectVpcPeeringConnectionRequest,
  { partition }: RequestContext,
): RejectVpcPeeringConnectionResult {
  const { connection } = vpcPeeringBy(partition.get(ec2Slot), VpcPeeringConnectionId, partition);
  assertAnswerer(connection, partition, 'reject');
  assertTransition(connection, 'pending-acceptance', 'rejected');
  endPeering(connection, 'rejected', partition.account);
  return { Return: true };
}

/** Either side deletes a connection; a request can only be taken back by the one who made it. */
function deleteVpcPeeringConnection(
  { VpcPeeringConnectionId = '' }: DeleteVpcPeeringConnectionRequest,
  { partition }: RequestContext,
): DeleteVpcPeeringConnectionResult {
  const { id, connection } = vpcPeeringBy(partition.get(ec2Slot), VpcPeeringConnectionId, partition);
  const { account } = partition;
  const isRequest = peeringState(connection) === 'pending-acceptance';
  if (!isRequest) assertTransition(connection, 'active', 'deleting');
  if (isRequest && connection.requester.account !== account) {
    throw notAllowed(`User ${account} cannot delete peering ${id}`);
  }
  endPeering(connection, 'deleted', account);
  return { Return: true };
}

export const vpcPeeringConnectionOperations = {
  DescribeVpcPeeringConnections: describeVpcPeeringConnections,
  CreateVpcPeeringConnection: createVpcPeeringConnection,
  AcceptVpcPeeringConnection: acceptVpcPeeringConnection,
  RejectVpcPeeringConnection: rejectVpcPeeringConnection,
  DeleteVpcPeeringConnection: deleteVpcPeeringConnection,
};
