import type {
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  Route as WireRoute,
} from '@aws-sdk/client-ec2';
import type { Partition, RequestContext } from '../../service.ts';
import { assertBelow, dependencyViolation, notFound } from '../faults.ts';
import { listed, type FilterTable } from '../filters.ts';
import { madeBy, routeTableBy, visible, vpcBy } from '../lookup.ts';
import type { RouteTable, RouteTableAssociation } from '../model.ts';
import { addRouteTable } from './route-table-additions.ts';
import { isMain, routeViews, tableView } from './route-table-view.ts';
import { ec2Slot } from '../state.ts';
import { tagsFromSpecifications } from '../tags.ts';

const LARGEST_PAGE = 100;

function filtersOf(partition: Partition): FilterTable<RouteTable> {
  const association = (select: (one: RouteTableAssociation) => string | undefined) => (table: RouteTable) =>
    [...table.associations.values()].map(select);
  const route = (select: (one: WireRoute) => string | undefined) => (table: RouteTable) =>
    routeViews(table, partition).map(select);
  return {
    'association.gateway-id': () => [],
    'association.main': association((one) => String(isMain(one))),
    'association.route-table-association-id': association(({ id }) => id),
    'association.route-table-id': (table) => (table.associations.size > 0 ? [table.id] : []),
    'association.subnet-id': association(({ subnetId }) => subnetId),
    'owner-id': () => [partition.account],
    'route-table-id': ({ id }) => [id],
    'route.destination-cidr-block': route(({ DestinationCidrBlock }) => DestinationCidrBlock),
    'route.destination-ipv6-cidr-block': () => [],
    'route.destination-prefix-list-id': () => [],
    'route.egress-only-internet-gateway-id': () => [],
    'route.gateway-id': route(({ GatewayId }) => GatewayId),
    'route.instance-id': () => [],
    'route.nat-gateway-id': route(({ NatGatewayId }) => NatGatewayId),
    'route.origin': route(({ Origin }) => Origin),
    'route.state': route(({ State }) => State),
    'route.transit-gateway-id': () => [],
    'route.vpc-peering-connection-id': route(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId),
    'vpc-id': ({ vpcId }) => [vpcId],
  };
}

function describeRouteTables(
  input: DescribeRouteTablesRequest,
  { partition }: RequestContext,
): DescribeRouteTablesResult {
  const page = listed(
    {
      items: visible(partition.get(ec2Slot).routeTables.values(), partition),
      idOf: ({ id }) => id,
      table: filtersOf(partition),
      notFound: notFound('route-table'),
      largestPage: LARGEST_PAGE,
      idsWithoutPages: 'RouteTableIds',
    },
    { ...input, ids: input.RouteTableIds },
  );
  return { RouteTables: page.items.map((table) => tableView(table, partition)), NextToken: page.next };
}

function createRouteTable(input: CreateRouteTableRequest, { partition }: RequestContext): CreateRouteTableResult {
  const state = partition.get(ec2Slot);
  const vpc = vpcBy(state, input.VpcId ?? '', partition);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'route-table');
  const { ClientToken: clientToken } = input;
  const repeated = madeBy(clientToken, state.routeTables.values());
  if (repeated) return { RouteTable: tableView(repeated, partition), ClientToken: clientToken };
  assertBelow(
    [...state.routeTables.values()].filter(({ vpcId }) => vpcId === vpc.id).length,
    partition.quota('ec2.routeTablesPerVpc'),
    'RouteTableLimitExceeded',
    'The maximum number of route tables has been reached',
  );
  const table = addRouteTable(state, partition, { vpcId: vpc.id, tags, clientToken });
  return { RouteTable: tableView(table, partition), ClientToken: clientToken };
}

function deleteRouteTable({ RouteTableId = '' }: DeleteRouteTableRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const { id, associations } = routeTableBy(state, RouteTableId, partition);
  if (associations.size > 0) {
    throw dependencyViolation(`The routeTable '${id}' has dependencies and cannot be deleted.`);
  }
  state.routeTables.delete(id);
}

export const routeTableOperations = {
  DescribeRouteTables: describeRouteTables,
  CreateRouteTable: createRouteTable,
  DeleteRouteTable: deleteRouteTable,
};
