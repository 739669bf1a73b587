import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from '@aws-sdk/client-ec2';
import { cidrOf, cidrText, contains, isSameCidr, parseCidr, type Cidr } from '../../../../util/cidr.ts';
import { AwsFault } from '../../fault.ts';
import type { RequestContext } from '../../service.ts';
import { assertBelow, invalidValue, missingParameter, notSimulated } from '../faults.ts';
import { routeTableBy } from '../lookup.ts';
import type { Ec2State, RouteTable, RouteTarget } from '../model.ts';
import { assertReachable, targetFrom } from './route-target.ts';
import { putRoute } from './route-table-additions.ts';
import { localBlocks } from './route-table-view.ts';
import { ec2Slot } from '../state.ts';

/** Kept by AWS for its own services, such as instance metadata. */
const LINK_LOCAL = cidrOf('169.254.168.0/22');

interface Destination {
  readonly DestinationCidrBlock?: string | undefined;
  readonly DestinationIpv6CidrBlock?: string | undefined;
  readonly DestinationPrefixListId?: string | undefined;
}

/** Host bits are dropped, as AWS does: `100.68.0.18/18` is `100.68.0.0/18`. */
function destinationFrom(input: Destination): Cidr {
  if (input.DestinationIpv6CidrBlock ?? input.DestinationPrefixListId) {
    throw notSimulated('routes with a DestinationIpv6CidrBlock or DestinationPrefixListId');
  }
  const text = input.DestinationCidrBlock;
  if (!text) throw missingParameter('destinationCidrBlock');
  const block = parseCidr(text);
  if (!block) throw invalidValue('destinationCidrBlock', text, 'This is not a valid CIDR block.');
  return block;
}

const isInterface = ({ kind }: RouteTarget): boolean => kind === 'natgateway' || kind === 'network-interface';

/**
 * Into the VPC itself leads its local route. Beside it there may be routes to whole subnets, by way of an interface.
 * https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html; the page has no codes for what breaks its rules.
 */
function assertTakes(state: Ec2State, { vpcId }: RouteTable, destination: Cidr, target: RouteTarget): void {
  const text = cidrText(destination);
  if (contains(LINK_LOCAL, destination)) {
    throw invalidValue('destinationCidrBlock', text, 'The range 169.254.168.0/22 is reserved for AWS.');
  }
  const blocks = localBlocks(state, vpcId);
  if (!blocks.some((block) => contains(block, destination))) return;
  if (!isInterface(target)) {
    throw new AwsFault(
      'InvalidParameterValue',
      `The destination CIDR block ${text} is equal to or more specific than one of this VPC's CIDR blocks. ` +
        'This route can target only an interface or an instance.',
    );
  }
  const subnets = [...state.subnets.values()].filter((subnet) => subnet.vpcId === vpcId);
  if ([...blocks, ...subnets.map(({ block }) => block)].some((block) => isSameCidr(block, destination))) return;
  throw invalidValue('destinationCidrBlock', text, 'It must be the entire block of a subnet of the VPC.');
}

function isSameTarget(left: RouteTarget, right: RouteTarget): boolean {
  if (left.kind === 'local' || right.kind === 'local') return left.kind === right.kind;
  return left.id === right.id;
}

function isLocal(state: Ec2State, { vpcId }: RouteTable, destination: Cidr): boolean {
  return localBlocks(state, vpcId).some((block) => isSameCidr(block, destination));
}

/** Safe to repeat with the same target; with another one the first has to be replaced. */
function createRoute(input: CreateRouteRequest, { partition }: RequestContext): CreateRouteResult {
  const state = partition.get(ec2Slot);
  const table = routeTableBy(state, input.RouteTableId ?? '', partition);
  const destination = destinationFrom(input);
  const target = targetFrom(input);
  assertReachable(target, table, partition);
  assertTakes(state, table, destination, target);
  const existing = table.routes.get(cidrText(destination));
  if (existing && isSameTarget(existing.target, target)) return { Return: true };
  if (existing || isLocal(state, table, destination)) {
    throw new AwsFault('RouteAlreadyExists', `The route identified by ${cidrText(destination)} already exists.`);
  }
  const limit = partition.quota('ec2.routesPerRouteTable');
  assertBelow(table.routes.size, limit, 'RouteLimitExceeded', 'The maximum number of routes has been reached');
  putRoute(table, { destination, target });
  return { Return: true };
}

/** A local route is replaced too; `LocalTarget` makes it what it was. */
function replaceRoute(input: ReplaceRouteRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const table = routeTableBy(state, input.RouteTableId ?? '', partition);
  const destination = destinationFrom(input);
  const target = targetFrom(input);
  assertReachable(target, table, partition);
  const text = cidrText(destination);
  const isOfVpc = isLocal(state, table, destination);
  if (!table.routes.has(text) && !isOfVpc) {
    const message = `There is no route defined for '${text}' in the route table. Use CreateRoute instead.`;
    throw new AwsFault('InvalidParameterValue', message);
  }
  if (target.kind !== 'local') {
    assertTakes(state, table, destination, target);
    putRoute(table, { destination, target });
    return;
  }
  if (!isOfVpc) throw invalidValue('localTarget', 'true', `${text} is no local route.`);
  table.routes.delete(text);
}

function deleteRoute(input: DeleteRouteRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const table = routeTableBy(state, input.RouteTableId ?? '', partition);
  const destination = destinationFrom(input);
  const text = cidrText(destination);
  if (isLocal(state, table, destination)) {
    throw new AwsFault('InvalidParameterValue', `cannot remove local route ${text} in route table ${table.id}`);
  }
  if (table.routes.delete(text)) return;
  const message = `no route with destination-cidr-block ${text} in route table ${table.id}`;
  throw new AwsFault('InvalidRoute.NotFound', message);
}

export const routeOperations = { CreateRoute: createRoute, ReplaceRoute: replaceRoute, DeleteRoute: deleteRoute };
