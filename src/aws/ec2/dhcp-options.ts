import type { Tags } from '../tags.ts';

/** What VPCs tell their instances of the network. AWS calls one of them a set of DHCP options; none can be changed. */
export interface DhcpOptions {
  readonly id: string;
  readonly domainName: string | undefined;
  /** Addresses, or `AmazonProvidedDNS`; as AWS has them, in their order. */
  readonly domainNameServers: readonly string[];
  readonly ownerId: string | undefined;
  readonly tags: Tags;
}

/** DHCP options to be made. */
export interface CreateDhcpOptionsRequest {
  readonly domainName: string;
  /** Up to four addresses, or `AmazonProvidedDNS`. */
  readonly domainNameServers: readonly string[];
  readonly tags: Tags;
}

export interface DhcpOptionsOperations {
  /** Describes one set; batched. *Throws* `NotFoundError` when it is absent. */
  describeDhcpOptions(id: string): Promise<DhcpOptions>;
  /** Finds sets that have all of the tags, with these values exactly; batched. *Throws* when there are no tags to find by. */
  findDhcpOptionsByTags(tags: Tags): Promise<readonly DhcpOptions[]>;
  createDhcpOptions(request: CreateDhcpOptionsRequest): Promise<DhcpOptions>;
  /**
   * Gives a VPC these options instead of those that it has; `default`: none of its own. Safe to repeat.
   *
   * *Throws* kind `not-found` when the options or the VPC are absent.
   */
  associateDhcpOptions(id: 'default' | (string & {}), vpcId: string): Promise<void>;
  /** *Throws* `NotFoundError` when absent, kind `in-use` while a VPC has them. */
  deleteDhcpOptions(id: string): Promise<void>;
}
