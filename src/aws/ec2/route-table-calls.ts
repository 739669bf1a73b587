/** Route tables and their routes on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import { tagsFromSdk } from '../tags.ts';
import type { PeeringContext, VpcReadContext, VpcReader } from './context.ts';
import { listedByVpc, readByValues } from './filter.ts';
import type {
  NewRouteTarget,
  Route,
  RouteTable,
  RouteTableOperations,
  RouteTableReadOperations,
  RouteTarget,
} from './route-table.ts';

const NAMED: Named = {
  resource: 'route table',
  codes: ['InvalidRouteTableID.NotFound', 'InvalidRouteTableId.NotFound'],
};

/** EC2's maximum for route tables. */
const PAGE_SIZE = 100;

function targetFromSdk(route: Sdk.Route): RouteTarget | undefined {
  const targets: readonly (readonly [RouteTarget['kind'], string | undefined])[] = [
    ['vpc-peering-connection', route.VpcPeeringConnectionId],
    ['gateway', route.GatewayId],
    ['nat-gateway', route.NatGatewayId],
    ['transit-gateway', route.TransitGatewayId],
    // Of an instance AWS tells the interface as well.
    ['network-interface', route.NetworkInterfaceId],
    ['egress-only-internet-gateway', route.EgressOnlyInternetGatewayId],
    ['local-gateway', route.LocalGatewayId],
    ['carrier-gateway', route.CarrierGatewayId],
    ['core-network', route.CoreNetworkArn],
  ];
  return targets.flatMap(([kind, id]) => (id === undefined ? [] : [{ kind, id }]))[0];
}

function destinationFromSdk(route: Sdk.Route): Pick<Route, 'destination' | 'destinationKind'> {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId = '' } = route;
  if (DestinationCidrBlock !== undefined) return { destination: DestinationCidrBlock, destinationKind: 'cidr' };
  if (DestinationIpv6CidrBlock !== undefined) {
    return { destination: DestinationIpv6CidrBlock, destinationKind: 'cidr-ipv6' };
  }
  return { destination: DestinationPrefixListId, destinationKind: 'prefix-list' };
}

function routeFromSdk(route: Sdk.Route): Route {
  return {
    ...destinationFromSdk(route),
    target: targetFromSdk(route),
    state: route.State ?? '',
    origin: route.Origin ?? '',
  };
}

function routeTableFromSdk(table: Sdk.RouteTable): RouteTable {
  const associations = table.Associations ?? [];
  return {
    id: table.RouteTableId ?? '',
    vpcId: table.VpcId ?? '',
    isMain: associations.some(({ Main }) => Main),
    subnetIds: associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    routes: (table.Routes ?? []).map(routeFromSdk),
    ownerId: table.OwnerId,
    tags: tagsFromSdk(table.Tags),
  };
}

/** Reads the tables of some VPCs. */
export async function readRouteTables(
  aws: VpcReader,
  vpcIds: readonly string[],
): Promise<Listed<readonly RouteTable[]>> {
  const listed = await readByValues('vpc-id', vpcIds, async (Filters, NextToken) => {
    const input = { Filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) };
    const page = await aws.send('DescribeRouteTables', input);
    return { items: page.RouteTables?.map(routeTableFromSdk), next: page.NextToken };
  });
  return listedByVpc(vpcIds, listed, ({ vpcId }) => [vpcId]);
}

function routeInput(routeTableId: string, destination: string, { id }: NewRouteTarget): Sdk.CreateRouteRequest {
  return { RouteTableId: routeTableId, DestinationCidrBlock: destination, VpcPeeringConnectionId: id };
}

export function routeTableReadCalls({ call, shared }: VpcReadContext): RouteTableReadOperations {
  return { describeRouteTables: (vpcId) => shared.routeTables.ask(vpcId, call) };
}

export function routeTableCalls(context: PeeringContext): RouteTableOperations {
  const { aws } = context;
  return {
    ...routeTableReadCalls(context),
    createRoute: async (routeTableId, destination, target) => {
      await orNotFound(NAMED, routeTableId, aws.send('CreateRoute', routeInput(routeTableId, destination, target)));
    },
    replaceRoute: async (routeTableId, destination, target) => {
      await orNotFound(NAMED, routeTableId, aws.send('ReplaceRoute', routeInput(routeTableId, destination, target)));
    },
    deleteRoute: async (routeTableId, destination) => {
      const input = { RouteTableId: routeTableId, DestinationCidrBlock: destination };
      await orNotFound(NAMED, routeTableId, aws.send('DeleteRoute', input));
    },
  };
}
