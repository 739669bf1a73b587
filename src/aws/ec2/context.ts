import type { Call } from '../../util/call.ts';
import type { Batcher } from '../batcher.ts';
import type { Requester } from '../connection.ts';
import type { DhcpOptions } from './dhcp-options.ts';
import type { InternetGateway } from './internet-gateway.ts';
import type { NatGateway } from './nat-gateway.ts';
import type { RouteTable } from './route-table.ts';
import type { SecurityGroup } from './security-group.ts';
import type { ec2Operations, peeringOperations } from './service.ts';
import type { Subnet } from './subnet.ts';
import type { VpcPeering } from './vpc-peering.ts';
import type { Vpc } from './vpc.ts';

export type Ec2Requester = Requester<typeof ec2Operations>;
export type PeeringRequester = Requester<typeof peeringOperations>;
/** What both roles may read. */
export type VpcReader = Requester<
  Pick<typeof ec2Operations, 'DescribeRouteTables' | 'DescribeVpcPeeringConnections' | 'DescribeVpcs'>
>;
export type Tagger = Requester<Pick<typeof ec2Operations, 'CreateTags'>>;

/** What is kept for VPCs and where they lead, whatever the role. */
export interface VpcShared {
  readonly vpcs: Batcher<Vpc>;
  /** Questions as text; see filter-question.ts. So are all that are called queries. */
  readonly vpcQueries: Batcher<readonly Vpc[]>;
  /** Of a VPC, by its id. */
  readonly routeTables: Batcher<readonly RouteTable[]>;
  /** Of a VPC, by its id. */
  readonly peeringsOfVpc: Batcher<readonly VpcPeering[]>;
}

/** What all passes over one account and region share. */
export interface Ec2Shared extends VpcShared {
  readonly internetGateways: Batcher<InternetGateway>;
  readonly internetGatewayQueries: Batcher<readonly InternetGateway[]>;
  /** Of a VPC, by its id. So are all of the following that answer with several. */
  readonly internetGatewaysOfVpc: Batcher<readonly InternetGateway[]>;
  readonly dhcpOptions: Batcher<DhcpOptions>;
  readonly dhcpOptionsQueries: Batcher<readonly DhcpOptions[]>;
  readonly natGateways: Batcher<readonly NatGateway[]>;
  readonly subnets: Batcher<readonly Subnet[]>;
  readonly securityGroups: Batcher<SecurityGroup>;
  /** Questions as text; see `questionOf`. */
  readonly securityGroupQueries: Batcher<readonly SecurityGroup[]>;
}

/** What all passes that peer VPCs of one account and region share. */
export interface PeeringShared extends VpcShared {
  readonly peerings: Batcher<VpcPeering>;
  readonly peeringQueries: Batcher<readonly VpcPeering[]>;
}

/** What operations work with, for one call. */
interface Context<R, S> {
  readonly aws: R;
  readonly call: Call;
  readonly shared: S;
}

/** What the operations on one noun work with, for one call. */
export type Ec2Context = Context<Ec2Requester, Ec2Shared>;
export type PeeringContext = Context<PeeringRequester, PeeringShared>;
export type VpcReadContext = Context<VpcReader, VpcShared>;

/** AWS gives up to 1,000; pages of this size keep an answer in one piece for all but the largest accounts. */
export const PAGE_SIZE = 1_000;
