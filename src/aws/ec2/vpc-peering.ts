import type { Tags } from '../tags.ts';

/**
 * Words of AWS; others are passed on as text. Only `pending-acceptance`, `provisioning` and `active` lead anywhere.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
 */
export type VpcPeeringStatusCode =
  | 'initiating-request'
  | 'pending-acceptance'
  | 'provisioning'
  | 'active'
  | 'failed'
  | 'expired'
  | 'rejected'
  | 'deleting'
  | 'deleted'
  | (string & {});

/** Where a peering stands. */
export interface VpcPeeringStatus {
  readonly code: VpcPeeringStatusCode;
  /** AWS's sentence; empty when it says nothing. */
  readonly message: string;
}

const ENDED: readonly VpcPeeringStatusCode[] = ['failed', 'expired', 'rejected', 'deleted'];

/** Whether it is history that AWS goes on showing: it joins nothing, holds nothing, and never will again. */
export function hasEnded({ code }: VpcPeeringStatus): boolean {
  return ENDED.includes(code);
}

/** One of the two VPCs. */
export interface VpcPeeringSide {
  readonly accountId: string;
  readonly region: string;
  readonly vpcId: string;
  /** IPv4 blocks; AWS tells those of the accepter only while the peering is active. */
  readonly cidrs: readonly string[];
  /** Whether public host names of this VPC mean private addresses for the other; undefined when AWS does not tell. */
  readonly dnsResolution: boolean | undefined;
}

/**
 * A VPC peering connection. Both sides see it by the same id; tags are those of who looks.
 *
 * AWS goes on showing ended ones: two hours to who ended it or whose request failed, two days to the other.
 */
export interface VpcPeering {
  readonly id: string;
  readonly status: VpcPeeringStatus;
  readonly requester: VpcPeeringSide;
  readonly accepter: VpcPeeringSide;
  /** When a request that nobody accepts expires; undefined when it is none. */
  readonly expiresAt: Date | undefined;
  readonly tags: Tags;
}

/** A peering to be asked for. */
export interface CreateVpcPeeringRequest {
  readonly vpcId: string;
  readonly peerVpcId: string;
  readonly peerAccountId: string;
  readonly peerRegion: string;
  readonly tags: Tags;
}

/** Which VPCs a peering has to join; one of them at least. */
export interface VpcPeeringQuery {
  readonly requesterVpcId?: string;
  readonly accepterVpcId?: string;
}

/** What finds the peerings of a VPC and changes nothing. */
export interface VpcPeeringReadOperations {
  /** Lists the peerings of a VPC, in whichever role, ended ones too; batched, two lists. */
  describeVpcPeeringsOf(vpcId: string): Promise<readonly VpcPeering[]>;
}

export interface VpcPeeringOperations extends VpcPeeringReadOperations {
  /** Describes one peering, whichever side asks; batched. *Throws* `NotFoundError` when it is absent. */
  describeVpcPeering(id: string): Promise<VpcPeering>;
  /** Finds peerings that have all of the tags, with these values exactly; batched. *Throws* when there are no tags to find by. */
  findVpcPeeringsByTags(tags: Tags): Promise<readonly VpcPeering[]>;
  /** Finds peerings by their VPCs, ended ones too; batched. *Throws* when there is no VPC to find by. */
  findVpcPeerings(query: VpcPeeringQuery): Promise<readonly VpcPeering[]>;
  /**
   * Asks for a peering. A second request for the same pair answers with the one that is there, and does not give it these
   * tags; one in the other direction makes another, which cannot be accepted. That the other VPC does not exist or that
   * ranges overlap AWS says later, by the status `failed`.
   *
   * *Throws* kind `limit` when the VPC has all that it may have, kind `not-found` when it is absent.
   *
   * @see https://github.com/hashicorp/terraform-provider-aws/issues/27750
   */
  createVpcPeering(request: CreateVpcPeeringRequest): Promise<VpcPeering>;
  /**
   * Accepts a request; by the accepter's account, in its region.
   *
   * *Throws* `NotFoundError` when it is absent, or not to be seen yet a moment after it was made; kind `invalid-state`
   * unless it is `pending-acceptance`; kind `already-exists` when the VPCs have another that is active, also one in the
   * other direction.
   *
   * @see https://github.com/hashicorp/terraform-provider-aws/issues/44315
   */
  acceptVpcPeering(id: string): Promise<VpcPeering>;
  /**
   * Ends a peering, from either side, or takes one's own request back. *Throws* `NotFoundError` when absent, kind
   * `invalid-state` when it has ended already (`failed`, `expired` and `rejected` ones go by themselves) or is a request of
   * the other side.
   */
  deleteVpcPeering(id: string): Promise<void>;
  /**
   * Sets `dnsResolution` of one's own side. Safe to repeat. *Throws* kind `invalid-state` unless the peering is active, and
   * when host names are off in the VPC (`dnsHostnames`).
   */
  setVpcPeeringDnsResolution(id: string, side: 'requester' | 'accepter', value: boolean): Promise<void>;
}
