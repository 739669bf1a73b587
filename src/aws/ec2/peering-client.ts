import type { Tags } from '../tags.ts';
import type { RouteTableOperations } from './route-table.ts';
import type { VpcPeeringOperations } from './vpc-peering.ts';
import type { VpcReadOperations } from './vpc.ts';

/**
 * EC2 in business operations: what peerings need of it, on either side.
 *
 * Apart from `Ec2Client`, because a role of its own is taken on for it: the accounts that VPCs are joined with are other
 * people's, and what they grant is no more than is declared for this client.
 */
export interface PeeringClient extends VpcReadOperations, RouteTableOperations, VpcPeeringOperations {
  /** Adds tags to peerings and overwrites those of the same key; others stay. */
  createTags(resourceIds: readonly string[], tags: Tags): Promise<void>;
}
