import { AwsFault } from '../fault.ts';
import type { Operation, OperationTable, Partition, ServiceDefinition, TaggedResource } from '../service.ts';
import { ec2Throttling } from '../throttle-tables.ts';
import { ec2Arn } from './arn.ts';
import { availabilityZoneOperations } from './availability-zone.ts';
import { dhcpOptionsOperations } from './dhcp-options.ts';
import { elasticIpOperations } from './gateways/elastic-ip.ts';
import { internetGatewayOperations } from './gateways/internet-gateway.ts';
import { isVisible, taggables } from './lookup.ts';
import { natGatewayOperations } from './gateways/nat-gateway.ts';
import { networkInterfaceOperations } from './network-interface.ts';
import { routeOperations } from './routes/route.ts';
import { routeTableAssociationOperations } from './routes/route-table-association.ts';
import { routeTableOperations } from './routes/route-table.ts';
import { securityGroupOperations } from './security-groups/security-group.ts';
import { ec2Slot } from './state.ts';
import { subnetOperations } from './subnet.ts';
import { tagOperations } from './tags.ts';
import { vpcCidrBlockOperations } from './vpc-cidr-block.ts';
import { vpcOperations } from './vpc.ts';
import { vpcPeeringConnectionOperations } from './vpc-peering/vpc-peering-connection.ts';
import { vpcPeeringOptionsOperations } from './vpc-peering/options.ts';

/** `DryRun` asks whether the call would be allowed; that has been checked when an operation is reached. */
function withDryRun(operation: Operation<never, unknown>): Operation<never, unknown> {
  return (input: { readonly DryRun?: boolean }, context) => {
    if (input.DryRun) {
      throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    }
    // The table gives each operation its own input; this wrapper has only looked at a member that all inputs have.
    return operation(input as never, context);
  };
}

const operations: OperationTable = {
  ...vpcOperations,
  ...vpcCidrBlockOperations,
  ...subnetOperations,
  ...availabilityZoneOperations,
  ...networkInterfaceOperations,
  ...internetGatewayOperations,
  ...dhcpOptionsOperations,
  ...elasticIpOperations,
  ...natGatewayOperations,
  ...routeTableOperations,
  ...routeTableAssociationOperations,
  ...routeOperations,
  ...securityGroupOperations,
  ...tagOperations,
  ...vpcPeeringConnectionOperations,
  ...vpcPeeringOptionsOperations,
};

function* taggedResources(partition: Partition): Iterable<TaggedResource> {
  for (const [kind, item] of taggables(partition)) {
    if (!isVisible(item, partition)) continue;
    yield { arn: ec2Arn(partition, kind, item.id), resourceType: `ec2:${kind}`, tags: item.tags };
  }
}

/** The part of EC2 that networks are made of: VPCs with all that a VPC consists of. */
export const ec2Service: ServiceDefinition = {
  name: 'ec2',
  protocol: 'ec2Query',
  apiVersion: '2016-11-15',
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, withDryRun(operation)])),
  throttling: ec2Throttling,
  slots: [ec2Slot],
  // https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
  quotas: {
    'ec2.vpcsPerRegion': 5,
    'ec2.cidrBlocksPerVpc': 5,
    'ec2.subnetsPerVpc': 200,
    'ec2.securityGroupsPerRegion': 2500,
    'ec2.rulesPerSecurityGroup': 60,
    'ec2.internetGatewaysPerRegion': 5,
    // AWS has a limit of these and does not say which.
    'ec2.dhcpOptionsPerRegion': 100,
    'ec2.elasticIpsPerRegion': 5,
    'ec2.natGatewaysPerZone': 5,
    'ec2.routeTablesPerVpc': 200,
    'ec2.routesPerRouteTable': 500,
    'ec2.peeringsPerVpc': 50,
    'ec2.pendingPeerings': 25,
    // No limits of AWS: how many of a partition's next associations and requests end as `failed` or `rejected`.
    'ec2.failingCidrAssociations': 0,
    'ec2.failingPeeringRequests': 0,
    'ec2.rejectedPeeringRequests': 0,
  },
  durationsSeconds: {
    // How long a new resource stays unknown to other calls; AWS promises nothing, often it is a second or two.
    'ec2.resource.invisible': 0,
    'ec2.vpc.pending': 2,
    'ec2.subnet.pending': 2,
    'ec2.cidrBlock.associating': 5,
    'ec2.cidrBlock.disassociating': 10,
    'ec2.cidrBlock.disassociated': 60,
    'ec2.cidrBlock.failed': 300,
    'ec2.natGateway.pending': 90,
    'ec2.natGateway.deleting': 45,
    'ec2.natGateway.deleted': 3600,
    'ec2.natGateway.failed': 3600,
    // Of the first three AWS says nothing; the others are documented, see vpc-peering/life-cycle.ts.
    'ec2.peering.initiating': 2,
    'ec2.peering.provisioning': 3,
    'ec2.peering.deleting': 10,
    'ec2.peering.pendingAcceptance': 7 * 24 * 3600,
    'ec2.peering.failed': 2 * 3600,
    'ec2.peering.expired': 2 * 24 * 3600,
    // Rejected and deleted ones stay to be seen for so long, depending on who did it.
    'ec2.peering.endedByOwnAccount': 2 * 3600,
    'ec2.peering.endedByOtherAccount': 2 * 24 * 3600,
  },
  taggedResources,
};
