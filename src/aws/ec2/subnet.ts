import type { Tags } from '../tags.ts';

/** A subnet of a VPC. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  /** Name of the availability zone, as `eu-central-1a`. */
  readonly zone: string;
  /** `pending` or `available`. */
  readonly state: string;
  readonly tags: Tags;
}

/** A subnet to be made. */
export interface CreateSubnetRequest {
  readonly vpcId: string;
  readonly cidr: string;
  /** Name of the availability zone. */
  readonly zone: string;
  readonly tags: Tags;
}

export interface SubnetOperations {
  /** Lists all subnets of a VPC, batched, whoever owns them; empty also when the VPC is absent. */
  describeSubnets(vpcId: string): Promise<readonly Subnet[]>;
  /** *Throws* kind `invalid-input` when the range collides with another subnet (`InvalidSubnet.Conflict`). */
  createSubnet(request: CreateSubnetRequest): Promise<Subnet>;
  /** *Throws* `NotFoundError` when absent, kind `in-use` while a network interface is in it. */
  deleteSubnet(id: string): Promise<void>;
}
