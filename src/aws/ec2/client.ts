import type { Tags } from '../tags.ts';
import type { AvailabilityZoneOperations } from './availability-zone.ts';
import type { DhcpOptionsOperations } from './dhcp-options.ts';
import type { HolderOperations } from './holder.ts';
import type { InternetGatewayOperations } from './internet-gateway.ts';
import type { NatGatewayOperations } from './nat-gateway.ts';
import type { RouteTableReadOperations } from './route-table.ts';
import type { SecurityGroupOperations } from './security-group.ts';
import type { SubnetOperations } from './subnet.ts';
import type { VpcPeeringReadOperations } from './vpc-peering.ts';
import type { VpcOperations } from './vpc.ts';

/**
 * EC2 in business operations: what networks, IP ranges and caches need of it. Who makes peerings and routes has a
 * `PeeringClient`; here they are only looked at.
 */
export interface Ec2Client
  extends
    VpcOperations,
    InternetGatewayOperations,
    DhcpOptionsOperations,
    NatGatewayOperations,
    RouteTableReadOperations,
    VpcPeeringReadOperations,
    SubnetOperations,
    SecurityGroupOperations,
    HolderOperations,
    AvailabilityZoneOperations {
  /** Adds tags to resources of any kind and overwrites those of the same key; others stay. */
  createTags(resourceIds: readonly string[], tags: Tags): Promise<void>;
}
