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
  readonly isDefault: boolean;
  readonly ownerId: string | undefined;
  readonly tags: Tags;
}

export interface VpcOperations {
  /** Describes one VPC; batched. *Throws* `NotFoundError` when it is absent. */
  describeVpc(id: string): Promise<Vpc>;
  /** Finds VPCs by their tag `Name`; names are not unique. */
  findVpcsByName(name: string): Promise<readonly Vpc[]>;
  /** Adds a secondary IPv4 block; it is `associating` for a moment. */
  associateCidrBlock(vpcId: string, cidr: string): Promise<CidrBlock>;
  /** *Throws* `NotFoundError` when AWS does not know the association, kind `in-use` while a subnet lies in the block. */
  disassociateCidrBlock(associationId: string): Promise<CidrBlock>;
}
