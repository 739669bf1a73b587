import { AwsFault } from '../fault.ts';
import type { Operation, OperationTable, Partition, ServiceDefinition, TaggedResource } from '../service.ts';
import { ec2Throttling } from '../throttle-tables.ts';
import { ec2Arn } from './arn.ts';
import { availabilityZoneOperations } from './availability-zone.ts';
import { dhcpOptionsOperations } from './dhcp-options.ts';
import { elasticIpOperations } from './elastic-ip.ts';
import { internetGatewayOperations } from './internet-gateway.ts';
import { isVisible, taggables } from './lookup.ts';
import { natGatewayOperations } from './nat-gateway.ts';
import { networkInterfaceOperations } from './network-interface.ts';
import { routeOperations } from './route.ts';
import { routeTableAssociationOperations } from './route-table-association.ts';
import { routeTableOperations } from './route-table.ts';
import { securityGroupOperations } from './security-group.ts';
import { ec2Slot } from './state.ts';
import { subnetOperations } from './subnet.ts';
import { tagOperations } from './tags.ts';
import { vpcCidrBlockOperations } from './vpc-cidr-block.ts';
import { vpcOperations } from './vpc.ts';

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
};

function* taggedResources(partition: Partition): Iterable<TaggedResource> {
  for (const [kind, item] of taggables(partition)) {
    if (item.tags.size === 0 || !isVisible(item, partition)) continue;
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
    // No limit of AWS: how many of a partition's next associations end as `failed`.
    'ec2.failingCidrAssociations': 0,
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
  },
  taggedResources,
};
