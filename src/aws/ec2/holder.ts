/** Something that keeps a security group, a subnet or a VPC from being deleted. */
export interface Holder {
  readonly kind:
    | 'network interface'
    | 'security group'
    | 'subnet'
    | 'NAT gateway'
    | 'internet gateway'
    | 'route table'
    | 'VPC peering';
  readonly id: string;
  /** What its owner says of it: the description of an interface, the name of a group; may be empty. */
  readonly description: string;
}

export interface HolderOperations {
  /**
   * Lists what holds a security group: network interfaces that carry it, groups whose rules refer to it. EC2 itself says
   * no more than `DependencyViolation`. Up to three calls, so only for what has been held for long.
   */
  findSecurityGroupHolders(groupId: string): Promise<readonly Holder[]>;
  /** Lists the network interfaces in subnets; one call. */
  findSubnetHolders(subnetIds: readonly string[]): Promise<readonly Holder[]>;
  /**
   * Lists what lies in a VPC or is attached to it and did not come with it: subnets, NAT and internet gateways, security
   * groups, route tables, peerings. Seven calls. There are rarer kinds (endpoints, private gateways), which EC2 itself has
   * to refuse for.
   */
  findVpcHolders(vpcId: string): Promise<readonly Holder[]>;
}
