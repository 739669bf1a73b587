import type { Tags } from '../tags.ts';

/** One permission for incoming traffic: exactly one source, so that rules can be compared and revoked one by one. */
export interface IngressRule {
  /** `tcp`, `udp`, `icmp` or `-1` for all. */
  readonly protocol: string;
  /** Undefined for all ports. */
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly source: IngressSource;
  readonly description: string | undefined;
}

/** Where traffic may come from. */
export type IngressSource =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'cidr-ipv6'; readonly cidr: string }
  | { readonly kind: 'security-group'; readonly groupId: string; readonly ownerId: string | undefined }
  | { readonly kind: 'prefix-list'; readonly prefixListId: string };

/** A security group with its rules for incoming traffic. */
export interface SecurityGroup {
  readonly id: string;
  /** Unique in its VPC. */
  readonly name: string;
  readonly description: string;
  readonly vpcId: string | undefined;
  readonly ingress: readonly IngressRule[];
  readonly tags: Tags;
}

/** A security group to be made, with no rules. */
export interface CreateSecurityGroupRequest {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
}

/** What a security group has to match; all that is given. */
export interface SecurityGroupQuery {
  readonly vpcId?: string;
  /** The group's name (`GroupName`), not its tag. */
  readonly name?: string;
}

export interface SecurityGroupOperations {
  /** Describes one group; batched. *Throws* `NotFoundError` when it is absent. */
  describeSecurityGroup(id: string): Promise<SecurityGroup>;
  /** Finds groups. *Guarantees*: questions of one moment are answered by one list. */
  findSecurityGroups(query: SecurityGroupQuery): Promise<readonly SecurityGroup[]>;
  /** Answers with the id. *Throws* kind `already-exists` when the VPC has a group of that name. */
  createSecurityGroup(request: CreateSecurityGroupRequest): Promise<string>;
  /** *Throws* kind `already-exists` when one of the rules is there; none is added then. */
  authorizeIngress(groupId: string, rules: readonly IngressRule[]): Promise<void>;
  /** *Throws* kind `not-found` when one of the rules is not there. */
  revokeIngress(groupId: string, rules: readonly IngressRule[]): Promise<void>;
  /** *Throws* `NotFoundError` when absent, kind `in-use` while a network interface or another group refers to it. */
  deleteSecurityGroup(id: string): Promise<void>;
}
