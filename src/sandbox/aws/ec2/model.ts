import type { Cidr } from '../../../util/cidr.ts';
import type { LifeCycle } from '../life-cycle.ts';

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

export interface Vpc extends Resource {
  readonly isDefault: boolean;
  /** The first one is the VPC's primary block. */
  readonly associations: Map<string, CidrAssociation>;
  readonly primaryId: string;
  readonly attributes: { enableDnsSupport: boolean; enableDnsHostnames: boolean };
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

/** The network interface of something that runs in a subnet, such as a cache node; it keeps subnet and groups from being deleted. */
export interface NetworkInterface extends Resource {
  readonly subnetId: string;
  readonly description: string;
  readonly privateIpAddress: string;
  groupIds: readonly string[];
}

export interface Ec2State {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
  readonly networkInterfaces: Map<string, NetworkInterface>;
  /** How many associations have been made to fail so far, see the quota `ec2.failingCidrAssociations`. */
  failedAssociations: number;
}
