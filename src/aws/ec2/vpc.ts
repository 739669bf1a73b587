import type { Tags } from '../tags.ts';

/** `associating`, `associated`, `disassociating`, `disassociated`, `failing`, `failed`; others are passed on as text. */
export type CidrBlockState =
  | 'associating'
  | 'associated'
  | 'disassociating'
  | 'disassociated'
  | 'failing'
  | 'failed'
  | (string & {});

/** An IPv4 block of a VPC. AWS goes on showing `disassociated` ones for a while. */
export interface CidrBlock {
  readonly associationId: string;
  readonly cidr: string;
  readonly state: CidrBlockState;
  /** Why, for `failing` and `failed`. */
  readonly stateMessage: string | undefined;
}

/** A VPC with its IPv4 blocks. */
export interface Vpc {
  readonly id: string;
  /** `pending` or `available`. */
  readonly state: string;
  /** The primary block. */
  readonly cidr: string;
  /** All blocks, the primary one among them. */
  readonly cidrBlocks: readonly CidrBlock[];
  /** Undefined, or `default`, when it has none of its own. */
  readonly dhcpOptionsId: string | undefined;
  readonly isDefault: boolean;
  readonly ownerId: string | undefined;
  readonly tags: Tags;
}

/** A VPC to be made. */
export interface CreateVpcRequest {
  /** The primary block, /16 to /28; it cannot be changed later. */
  readonly cidr: string;
  readonly tags: Tags;
}

/** What a VPC's DNS does. A new one has `dnsSupport` and no `dnsHostnames`. */
export interface VpcAttributes {
  /** Amazon's resolver answers in it. */
  readonly dnsSupport: boolean;
  /** Instances with public addresses get public host names; needs `dnsSupport`. */
  readonly dnsHostnames: boolean;
}

/** What finds VPCs and changes nothing. */
export interface VpcReadOperations {
  /** Describes one VPC; batched. *Throws* `NotFoundError` when it is absent. */
  describeVpc(id: string): Promise<Vpc>;
  /** Finds VPCs by their tag `Name`; batched. Names are not unique. */
  findVpcsByName(name: string): Promise<readonly Vpc[]>;
  /** Finds VPCs that have all of the tags, with these values exactly; batched. *Throws* when there are no tags to find by. */
  findVpcsByTags(tags: Tags): Promise<readonly Vpc[]>;
}

export interface VpcOperations extends VpcReadOperations {
  /** Answers with a VPC that is `pending` for a moment. *Throws* kind `limit` when the region is full of them. */
  createVpc(request: CreateVpcRequest): Promise<Vpc>;
  /**
   * *Throws* `NotFoundError` when absent, kind `in-use` while anything that it did not come with lies in it: subnets,
   * gateways, peerings, groups, route tables.
   */
  deleteVpc(id: string): Promise<void>;
  /** Takes a call for each attribute. *Throws* `NotFoundError` when the VPC is absent. */
  describeVpcAttributes(id: string): Promise<VpcAttributes>;
  /** Safe to repeat. *Throws* `NotFoundError` when the VPC is absent. */
  setVpcAttribute(id: string, attribute: keyof VpcAttributes, value: boolean): Promise<void>;
  /** Adds a secondary IPv4 block; it is `associating` for a moment. */
  associateCidrBlock(vpcId: string, cidr: string): Promise<CidrBlock>;
  /** *Throws* `NotFoundError` when AWS does not know the association, kind `in-use` while a subnet lies in the block. */
  disassociateCidrBlock(associationId: string): Promise<CidrBlock>;
}
