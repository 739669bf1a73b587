import type { Tags } from '../tags.ts';

/** The subnets in which nodes may stand. */
export interface SubnetGroup {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly vpcId: string;
  readonly subnets: readonly { readonly id: string; readonly zone: string | undefined }[];
}

/** A subnet group to be made. */
export interface CreateSubnetGroupRequest {
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
  readonly tags: Tags;
}

export interface SubnetGroupOperations {
  createSubnetGroup(request: CreateSubnetGroupRequest): Promise<SubnetGroup>;
  /** Describes one group; batched like replication groups. *Throws* `NotFoundError` when it is absent. */
  describeSubnetGroup(name: string): Promise<SubnetGroup>;
  /** Finds the groups that name one of the subnets, whosever they are; reads all groups of the account and region. */
  findSubnetGroupsWith(subnetIds: readonly string[]): Promise<readonly SubnetGroup[]>;
  /** Replaces the subnets. *Throws* kind `in-use` when a node stands in a subnet that would go. */
  modifySubnetGroup(name: string, subnetIds: readonly string[]): Promise<SubnetGroup>;
  /** *Throws* `NotFoundError` when absent, kind `in-use` while a replication group uses it. */
  deleteSubnetGroup(name: string): Promise<void>;
}
