import type {
  VpcPeeringConnection as WireConnection,
  VpcPeeringConnectionOptionsDescription,
  VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2';
import { cidrText } from '../../../../util/cidr.ts';
import type { FilterTable } from '../filters.ts';
import type { PeeringConnection, PeeringEnd, PeeringState, VpcPeering } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { tagList } from '../tags.ts';
import { presentBlocks } from '../vpc-blocks.ts';
import { peeringState } from './life-cycle.ts';

export function messageOf(state: PeeringState, { accepter, endedBy = '' }: PeeringConnection): string {
  const messages: Readonly<Record<PeeringState, string>> = {
    'initiating-request': `Initiating Request to ${accepter.account}`,
    'pending-acceptance': `Pending Acceptance by ${accepter.account}`,
    failed: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
    expired: 'Expired',
    rejected: `Rejected by ${endedBy}`,
    provisioning: 'Provisioning',
    active: 'Active',
    deleting: 'Deleting',
    deleted: `Deleted by ${endedBy}`,
  };
  return messages[state];
}

export function optionsView({ options }: PeeringEnd): Required<VpcPeeringConnectionOptionsDescription> {
  return {
    AllowDnsResolutionFromRemoteVpc: options.allowDnsResolutionFromRemoteVpc,
    AllowEgressFromLocalClassicLinkToRemoteVpc: options.allowEgressFromLocalClassicLinkToRemoteVpc,
    AllowEgressFromLocalVpcToRemoteClassicLink: options.allowEgressFromLocalVpcToRemoteClassicLink,
  };
}

const ENDED: readonly PeeringState[] = ['failed', 'expired', 'rejected', 'deleted'];
const ACCEPTED: readonly PeeringState[] = ['provisioning', 'active', 'deleting'];

/** The blocks of an end that are shown. Those of the accepter stay hidden until it accepts (boto/boto3#326). */
function blocksOf(connection: PeeringConnection, end: PeeringEnd): readonly string[] {
  const { home, accepter } = connection;
  const state = peeringState(connection);
  if (end === accepter ? !ACCEPTED.includes(state) : ENDED.includes(state)) return [];
  const vpc = home.sibling(end.account, end.region)?.get(ec2Slot).vpcs.get(end.vpcId);
  return vpc ? presentBlocks(vpc).map(cidrText) : [];
}

function endView(connection: PeeringConnection, end: PeeringEnd): VpcPeeringConnectionVpcInfo {
  const place = { OwnerId: end.account, VpcId: end.vpcId, Region: end.region };
  const blocks = blocksOf(connection, end);
  if (blocks.length === 0) return place;
  return {
    ...place,
    CidrBlock: blocks[0],
    CidrBlockSet: blocks.map((CidrBlock) => ({ CidrBlock })),
    PeeringOptions: optionsView(end),
  };
}

const UNANSWERED: readonly PeeringState[] = ['initiating-request', 'pending-acceptance', 'expired'];

export function peeringView({ id, tags, connection }: VpcPeering): WireConnection {
  const state = peeringState(connection);
  return {
    VpcPeeringConnectionId: id,
    Status: { Code: state, Message: messageOf(state, connection) },
    RequesterVpcInfo: endView(connection, connection.requester),
    AccepterVpcInfo: endView(connection, connection.accepter),
    ...(UNANSWERED.includes(state) && { ExpirationTime: new Date(connection.expirationTimeMs) }),
    Tags: tagList(tags),
  };
}

function endFilters(name: string, endOf: (connection: PeeringConnection) => PeeringEnd): FilterTable<VpcPeering> {
  return {
    [`${name}.cidr-block`]: ({ connection }) => blocksOf(connection, endOf(connection)),
    [`${name}.owner-id`]: ({ connection }) => [endOf(connection).account],
    [`${name}.vpc-id`]: ({ connection }) => [endOf(connection).vpcId],
  };
}

export const PEERING_FILTERS: FilterTable<VpcPeering> = {
  ...endFilters('requester-vpc-info', ({ requester }) => requester),
  ...endFilters('accepter-vpc-info', ({ accepter }) => accepter),
  'expiration-time': (peering) => [peeringView(peering).ExpirationTime?.toISOString()],
  'status-code': ({ connection }) => [peeringState(connection)],
  'status-message': ({ connection }) => [messageOf(peeringState(connection), connection)],
  'vpc-peering-connection-id': ({ id }) => [id],
};
