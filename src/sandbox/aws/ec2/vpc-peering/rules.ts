/** What peering connections mean for the life and the blocks of their VPCs. */
import { cidrText, overlaps, type Cidr } from '../../../../util/cidr.ts';
import { AwsFault } from '../../fault.ts';
import type { Partition } from '../../service.ts';
import { assertBelow } from '../faults.ts';
import type { PeeringConnection, PeeringEnd, PeeringState } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { presentBlocks } from '../vpc-blocks.ts';
import { endPeering, isSameEnd, peeringState } from './life-cycle.ts';

const REQUESTED: readonly PeeringState[] = ['initiating-request', 'pending-acceptance'];
const ACCEPTED: readonly PeeringState[] = ['provisioning', 'active'];

function isIn(connection: PeeringConnection, states: readonly PeeringState[]): boolean {
  return states.includes(peeringState(connection));
}

/** A request that waits, or a connection. */
export function isLiving(connection: PeeringConnection): boolean {
  return isIn(connection, [...REQUESTED, ...ACCEPTED]);
}

function isVpc(end: PeeringEnd, vpcId: string, partition: Partition): boolean {
  return end.vpcId === vpcId && isSameEnd(end, partition);
}

/** The connections that a VPC is an end of, in any state. */
function connectionsOf(vpcId: string, partition: Partition): readonly PeeringConnection[] {
  return [...partition.get(ec2Slot).vpcPeerings.values()]
    .map(({ connection }) => connection)
    .filter(({ requester, accepter }) => [requester, accepter].some((end) => isVpc(end, vpcId, partition)));
}

/**
 * The connections that keep a VPC from being deleted: those that were accepted, and requests from elsewhere that wait for
 * an answer. The console deletes connections together with their VPC, the API does not
 * (hashicorp/terraform-provider-aws#3118).
 * https://docs.aws.amazon.com/vpc/latest/peering/delete-vpc-peering-connection.html
 */
export function peeringsHolding(vpcId: string, partition: Partition): readonly PeeringConnection[] {
  return connectionsOf(vpcId, partition).filter(
    (connection) =>
      isIn(connection, ACCEPTED) || (isIn(connection, REQUESTED) && isVpc(connection.accepter, vpcId, partition)),
  );
}

/** A VPC that goes takes its own unanswered requests with it. */
export function deleteRequestsOf(vpcId: string, partition: Partition): void {
  const requests = connectionsOf(vpcId, partition).filter((connection) => isIn(connection, REQUESTED));
  for (const connection of requests) endPeering(connection, 'deleted', partition.account);
}

/** A block of the VPC at the other end that overlaps. */
function overlapAt(connection: PeeringConnection, vpcId: string, block: Cidr): Cidr | undefined {
  const { home, requester, accepter } = connection;
  const peer = requester.vpcId === vpcId ? accepter : requester;
  const vpc = home.sibling(peer.account, peer.region)?.get(ec2Slot).vpcs.get(peer.vpcId);
  return vpc && presentBlocks(vpc).find((one) => overlaps(one, block));
}

/**
 * Applies the rules of a new block of a peered VPC: it must not overlap the peer's once they are connected, the
 * requester takes none while its request waits, and a block of the accepter that overlaps lets the request fail.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export function admitBlock(block: Cidr, vpcId: string, partition: Partition): void {
  const connections = connectionsOf(vpcId, partition);
  const waiting = connections.filter((one) => isIn(one, REQUESTED));
  const own = waiting.find(({ requester }) => isVpc(requester, vpcId, partition));
  if (own) throw waitingFault(vpcId, own);
  for (const connection of connections.filter((one) => isIn(one, ACCEPTED))) {
    const other = overlapAt(connection, vpcId, block);
    if (other) throw overlapFault(block, other, connection);
  }
  for (const request of waiting) if (overlapAt(request, vpcId, block)) request.cycle.enter('failed');
}

// AWS documents both rules, but not what the refusals say.
function waitingFault(vpcId: string, { id }: PeeringConnection): AwsFault {
  return new AwsFault(
    'OperationNotPermitted',
    `A CIDR block cannot be added to ${vpcId} while its VPC peering connection request ${id} is pending acceptance`,
  );
}

function overlapFault(block: Cidr, other: Cidr, { id }: PeeringConnection): AwsFault {
  return new AwsFault(
    'InvalidVpc.Range',
    `The CIDR '${cidrText(block)}' conflicts with ${cidrText(other)} of the VPC that is peered by ${id}`,
  );
}

/** *Throws* when the VPC of an end has as many connections as it may have. */
export function assertMayPeer(vpcId: string, partition: Partition): void {
  assertBelow(
    connectionsOf(vpcId, partition).filter((connection) => isIn(connection, ACCEPTED)).length,
    partition.quota('ec2.peeringsPerVpc'),
    'VpcPeeringConnectionsPerVpcLimitExceeded',
    `The maximum number of VPC peering connections of ${vpcId} has been reached`,
  );
}

/** *Throws* when as many requests of this account and region wait for an answer as may. */
export function assertMayRequest(partition: Partition): void {
  const requests = [...partition.get(ec2Slot).vpcPeerings.values()].filter(
    ({ connection }) => isSameEnd(connection.requester, partition) && isIn(connection, REQUESTED),
  );
  assertBelow(
    requests.length,
    partition.quota('ec2.pendingPeerings'),
    'PendingVpcPeeringConnectionLimitExceeded',
    'The maximum number of pending VPC peering connections has been reached',
  );
}
