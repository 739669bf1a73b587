import type {
  ModifyVpcPeeringConnectionOptionsRequest,
  ModifyVpcPeeringConnectionOptionsResult,
  PeeringConnectionOptionsRequest,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { vpcPeeringBy } from '../lookup.ts';
import type { PeeringConnection, PeeringEnd } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { isBetweenRegions, peeringState } from './life-cycle.ts';
import { optionsView } from './view.ts';

function refused(message: string): AwsFault {
  return new AwsFault('OperationNotPermitted', message);
}

/** Each side changes its own options, in its own account and region. */
function assertOwnSide(side: 'requester' | 'accepter', { account, region }: PeeringEnd, partition: Partition): void {
  if (account !== partition.account) {
    throw refused(`User ${partition.account} does not have permission to modify the ${side} side peering options`);
  }
  if (region === partition.region) return;
  const Side = side === 'requester' ? 'Requester' : 'Accepter';
  throw refused(`${Side}'s VPC Peering connection options cannot be modified for a different region`);
}

/** ClassicLink is gone, but clients still send its options; between regions even `false` is refused. */
function assertSupported(connection: PeeringConnection, asked: PeeringConnectionOptionsRequest): void {
  const members = ['AllowEgressFromLocalClassicLinkToRemoteVpc', 'AllowEgressFromLocalVpcToRemoteClassicLink'] as const;
  if (!isBetweenRegions(connection) || members.every((name) => asked[name] === undefined)) return;
  throw refused(
    `Modifying VPC peering connection options ${members.join(', ')} is not supported for cross-region VPC peering connections`,
  );
}

function change({ options }: PeeringEnd, asked: PeeringConnectionOptionsRequest): void {
  const {
    AllowDnsResolutionFromRemoteVpc: dns,
    AllowEgressFromLocalClassicLinkToRemoteVpc: fromClassicLink,
    AllowEgressFromLocalVpcToRemoteClassicLink: toClassicLink,
  } = asked;
  if (dns !== undefined) options.allowDnsResolutionFromRemoteVpc = dns;
  if (fromClassicLink !== undefined) options.allowEgressFromLocalClassicLinkToRemoteVpc = fromClassicLink;
  if (toClassicLink !== undefined) options.allowEgressFromLocalVpcToRemoteClassicLink = toClassicLink;
}

function modifyVpcPeeringConnectionOptions(
  input: ModifyVpcPeeringConnectionOptionsRequest,
  { partition }: RequestContext,
): ModifyVpcPeeringConnectionOptionsResult {
  const { id, connection } = vpcPeeringBy(partition.get(ec2Slot), input.VpcPeeringConnectionId ?? '', partition);
  if (peeringState(connection) !== 'active') {
    throw refused(`Peering ${id} is not active. Peering options can be added only to active peerings.`);
  }
  const { RequesterPeeringConnectionOptions: ofRequester, AccepterPeeringConnectionOptions: ofAccepter } = input;
  const { requester, accepter } = connection;
  if (ofRequester) assertOwnSide('requester', requester, partition);
  if (ofAccepter) assertOwnSide('accepter', accepter, partition);
  for (const asked of [ofRequester, ofAccepter]) if (asked) assertSupported(connection, asked);
  if (ofRequester) change(requester, ofRequester);
  if (ofAccepter) change(accepter, ofAccepter);
  return {
    ...(ofRequester && { RequesterPeeringConnectionOptions: optionsView(requester) }),
    ...(ofAccepter && { AccepterPeeringConnectionOptions: optionsView(accepter) }),
  };
}

export const vpcPeeringOptionsOperations = {
  ModifyVpcPeeringConnectionOptions: modifyVpcPeeringConnectionOptions,
};
