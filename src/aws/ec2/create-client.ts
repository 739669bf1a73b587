import type { Call } from '../../util/call.ts';
import type { Connection, ServiceDeps } from '../connection.ts';
import type { AvailabilityZoneOperations } from './availability-zone.ts';
import { batchersWith, createVpcShared } from './batchers.ts';
import type { Ec2Client } from './client.ts';
import type { Ec2Context, Ec2Requester, Ec2Shared } from './context.ts';
import { dhcpOptionsCalls, findDhcpOptions, readDhcpOptions, readOneDhcpOptions } from './dhcp-options-calls.ts';
import { holderCalls } from './holder-calls.ts';
import {
  findInternetGateways,
  internetGatewayCalls,
  readInternetGateway,
  readInternetGateways,
  readInternetGatewaysOf,
} from './internet-gateway-calls.ts';
import { natGatewayCalls, readNatGateways } from './nat-gateway-calls.ts';
import { routeTableReadCalls } from './route-table-calls.ts';
import {
  findSecurityGroups,
  readSecurityGroup,
  readSecurityGroups,
  securityGroupCalls,
} from './security-group-calls.ts';
import { ec2Service } from './service.ts';
import { readSubnets, subnetCalls } from './subnet-calls.ts';
import { tagCalls } from './tag-calls.ts';
import { vpcCalls } from './vpc-calls.ts';
import { vpcPeeringReadCalls } from './vpc-peering-calls.ts';

/** Gives the client of EC2 of one connection, for one call. */
export function createEc2Client(connection: Connection, call: Call, deps: ServiceDeps): Ec2Client {
  const shared = connection.keep('ec2', () => createShared(connection, deps));
  const context: Ec2Context = { aws: connection.requester(ec2Service, call), call, shared };
  return {
    ...vpcCalls(context),
    ...internetGatewayCalls(context),
    ...dhcpOptionsCalls(context),
    ...natGatewayCalls(context),
    ...routeTableReadCalls(context),
    ...vpcPeeringReadCalls(context),
    ...subnetCalls(context),
    ...securityGroupCalls(context),
    ...holderCalls(context),
    ...availabilityZoneCalls(context),
    ...tagCalls(context.aws),
  };
}

function createShared(connection: Connection, deps: ServiceDeps): Ec2Shared {
  const requesterOf = (call: Call): Ec2Requester => connection.requester(ec2Service, call);
  const batcher = batchersWith(deps);
  return {
    ...createVpcShared(batcher, requesterOf),
    internetGateways: batcher('DescribeInternetGateways', {
      readOne: (id, call) => readInternetGateway(requesterOf(call), id),
      list: (ids, call) => readInternetGateways(requesterOf(call), ids),
    }),
    internetGatewaysOfVpc: batcher('DescribeInternetGateways', {
      list: (vpcIds, call) => readInternetGatewaysOf(requesterOf(call), vpcIds),
    }),
    internetGatewayQueries: batcher('DescribeInternetGateways', {
      list: (questions, call) => findInternetGateways(requesterOf(call), questions),
    }),
    dhcpOptions: batcher('DescribeDhcpOptions', {
      readOne: (id, call) => readOneDhcpOptions(requesterOf(call), id),
      list: (ids, call) => readDhcpOptions(requesterOf(call), ids),
    }),
    dhcpOptionsQueries: batcher('DescribeDhcpOptions', {
      list: (questions, call) => findDhcpOptions(requesterOf(call), questions),
    }),
    natGateways: batcher('DescribeNatGateways', { list: (vpcIds, call) => readNatGateways(requesterOf(call), vpcIds) }),
    subnets: batcher('DescribeSubnets', { list: (vpcIds, call) => readSubnets(requesterOf(call), vpcIds) }),
    securityGroups: batcher('DescribeSecurityGroups', {
      readOne: (id, call) => readSecurityGroup(requesterOf(call), id),
      list: (ids, call) => readSecurityGroups(requesterOf(call), ids),
    }),
    securityGroupQueries: batcher('DescribeSecurityGroups', {
      list: (questions, call) => findSecurityGroups(requesterOf(call), questions),
    }),
  };
}

function availabilityZoneCalls({ aws }: Ec2Context): AvailabilityZoneOperations {
  return {
    describeAvailabilityZones: async () => {
      const Filters = [{ Name: 'zone-type', Values: ['availability-zone'] }];
      const { AvailabilityZones } = await aws.send('DescribeAvailabilityZones', { Filters });
      const zones = (AvailabilityZones ?? []).map(({ ZoneName, ZoneId, State }) => ({
        name: ZoneName ?? '',
        id: ZoneId ?? '',
        state: State ?? '',
      }));
      return zones.sort((left, right) => (left.name < right.name ? -1 : 1));
    },
  };
}
