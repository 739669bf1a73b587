import type { Cidr } from '../../../util/cidr.ts';
import type { LifeCycle } from '../life-cycle.ts';
import type { Partition } from '../service.ts';

export type Tags = Map<string, string>;

/** What every resource of EC2 has. */
interface Resource {
  readonly id: string;
  readonly tags: Tags;
  /** By the life-cycle clock; a new resource may stay unseen for a moment. */
  readonly createdAtMs: number;
}

export type AssociationState = 'associating' | 'associated' | 'disassociating' | 'disassociated' | 'failed' | 'gone';

export interface CidrAssociation {
  readonly id: string;
  readonly block: Cidr;
  readonly cycle: LifeCycle<AssociationState>;
}

export type VpcState = 'pending' | 'available';

export interface Vpc extends Resource {
  readonly isDefault: boolean;
  readonly cycle: LifeCycle<VpcState>;
  /** The first one is the VPC's primary block. */
  readonly associations: Map<string, CidrAssociation>;
  readonly primaryId: string;
  readonly attributes: { enableDnsSupport: boolean; enableDnsHostnames: boolean };
  /** Of a set of DHCP options, or the word `default`: none at all. */
  dhcpOptionsId: string;
}

export type SubnetState = 'pending' | 'available';

export interface Subnet extends Resource {
  readonly vpcId: string;
  readonly block: Cidr;
  readonly zone: string;
  readonly isDefault: boolean;
  readonly cycle: LifeCycle<SubnetState>;
}

/** Whom a rule lets in or out. */
export interface Peer {
  readonly kind: 'ipv4' | 'ipv6' | 'group' | 'prefix-list';
  readonly value: string;
}

export interface Rule extends Resource {
  readonly groupId: string;
  readonly isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, a number, or `-1` for all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: Peer;
  readonly description: string | undefined;
}

export interface SecurityGroup extends Resource {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly rules: Map<string, Rule>;
}

/**
 * The network interface of something that runs in a subnet, such as a cache node or a NAT gateway; it keeps subnet and
 * groups from being deleted.
 */
export interface NetworkInterface extends Resource {
  readonly type: 'interface' | 'nat_gateway';
  readonly subnetId: string;
  readonly description: string;
  readonly privateIpAddress: string;
  groupIds: readonly string[];
}

export interface InternetGateway extends Resource {
  /** Undefined: attached to none. */
  vpcId: string | undefined;
}

export interface DhcpOptions extends Resource {
  /** By option, such as `domain-name`; the names are a client's, all in lower case. */
  readonly configurations: ReadonlyMap<string, readonly string[]>;
}

/** What an elastic IP leads to. */
export interface AddressAssociation {
  readonly id: string;
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
}

/** An elastic IP address; its id is the one of the allocation. */
export interface ElasticIp extends Resource {
  readonly publicIp: string;
  association: AddressAssociation | undefined;
}

export type NatGatewayState = 'pending' | 'available' | 'failed' | 'deleting' | 'deleted' | 'gone';

export interface NatGateway extends Resource {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
  /** Undefined: a private gateway. Still named after the address has been given back. */
  readonly address: { readonly allocationId: string; readonly publicIp: string } | undefined;
  /** Why it comes to nothing, known from the start and shown at the end. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly clientToken: string | undefined;
  /** By the wall's clock, as AWS shows them. */
  readonly createdAt: Date;
  deletedAt: Date | undefined;
  readonly cycle: LifeCycle<NatGatewayState>;
}

/** Where a route leads. `local` is the VPC itself. */
export type RouteTarget =
  | { readonly kind: 'local' }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'natgateway'; readonly id: string }
  | { readonly kind: 'network-interface'; readonly id: string }
  | { readonly kind: 'vpc-peering-connection'; readonly id: string };

/**
 * How a target stands to the routes of one VPC. `unknown`: there is none of this id, or not any more. `elsewhere`: it is
 * not of this VPC. `dead`: it is, but takes no traffic. A route is `active` while its target is `alive`, else it is a
 * `blackhole`; a route to what is `unknown` or `elsewhere` is not made in the first place.
 */
export type TargetStanding = 'unknown' | 'elsewhere' | 'dead' | 'alive';

export interface Route {
  readonly destination: Cidr;
  readonly target: RouteTarget;
}

export interface RouteTableAssociation {
  readonly id: string;
  /** Undefined: the table is the main one of its VPC, which all subnets without a table of their own have. */
  readonly subnetId: string | undefined;
}

export interface RouteTable extends Resource {
  readonly vpcId: string;
  /**
   * By destination, without the `local` ones: those follow from the VPC's blocks. A route in here with the block of a
   * VPC as its destination stands for the local one.
   */
  readonly routes: Map<string, Route>;
  readonly associations: Map<string, RouteTableAssociation>;
  readonly clientToken: string | undefined;
}

export type PeeringState =
  | 'initiating-request'
  | 'pending-acceptance'
  | 'failed'
  | 'expired'
  | 'rejected'
  | 'provisioning'
  | 'active'
  | 'deleting'
  | 'deleted';

/** A VPC that is to be connected with another one, which may be in another account and region. */
export interface PeeringEnd {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  readonly options: {
    allowDnsResolutionFromRemoteVpc: boolean;
    allowEgressFromLocalClassicLinkToRemoteVpc: boolean;
    allowEgressFromLocalVpcToRemoteClassicLink: boolean;
  };
}

/** What both ends have in common. */
export interface PeeringConnection {
  readonly id: string;
  /** Where it was requested. */
  readonly home: Partition;
  readonly requester: PeeringEnd;
  readonly accepter: PeeringEnd;
  /** Of the request, by the wall's clock, as AWS shows it. */
  readonly expirationTimeMs: number;
  /** Without `expired`, which nobody enters; see `vpc-peering/life-cycle.ts`. */
  readonly cycle: LifeCycle<PeeringState>;
  /** The account that rejected or deleted it. */
  endedBy: string | undefined;
}

/** A peering connection as one account and region has it, with tags of its own. */
export interface VpcPeering extends Resource {
  readonly connection: PeeringConnection;
  readonly isShown: () => boolean;
}

export interface Ec2State {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
  readonly networkInterfaces: Map<string, NetworkInterface>;
  readonly internetGateways: Map<string, InternetGateway>;
  readonly dhcpOptions: Map<string, DhcpOptions>;
  readonly elasticIps: Map<string, ElasticIp>;
  readonly natGateways: Map<string, NatGateway>;
  readonly routeTables: Map<string, RouteTable>;
  readonly vpcPeerings: Map<string, VpcPeering>;
  /** The set that new VPCs get; made with the first of them. */
  defaultDhcpOptionsId: string | undefined;
  /** How many requests have been made to go wrong so far, by the name of the quota that says how many. */
  readonly doomed: Map<string, number>;
}
