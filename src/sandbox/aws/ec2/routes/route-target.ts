/**
 * Where routes lead: what a request names, whether it may be named, and whether traffic arrives there.
 */
import type { CreateRouteRequest, ReplaceRouteRequest } from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { Partition } from '../../service.ts';
import { notFound, notSimulated } from '../faults.ts';
import { isVisible, type Taggable } from '../lookup.ts';
import type { RouteTable, RouteTarget, TargetStanding } from '../model.ts';
import { peeringStanding } from '../vpc-peering/route-target.ts';
import { ec2Slot } from '../state.ts';

function standingOf<T extends Taggable>(
  item: T | undefined,
  isHere: (item: T) => boolean,
  partition: Partition,
): TargetStanding {
  if (!item || !isVisible(item, partition)) return 'unknown';
  return isHere(item) ? 'alive' : 'elsewhere';
}

export function targetStanding(target: RouteTarget, vpcId: string, partition: Partition): TargetStanding {
  const { internetGateways, natGateways, networkInterfaces, subnets } = partition.get(ec2Slot);
  const isHere = (one: { readonly vpcId: string | undefined }): boolean => one.vpcId === vpcId;
  switch (target.kind) {
    case 'local':
      return 'alive';
    case 'internet-gateway':
      return standingOf(internetGateways.get(target.id), isHere, partition);
    case 'natgateway': {
      const gateway = natGateways.get(target.id);
      const isThere = gateway?.cycle.state === 'pending' || gateway?.cycle.state === 'available';
      return standingOf(isThere ? gateway : undefined, isHere, partition);
    }
    case 'network-interface': {
      const vpcOf = (subnetId: string): string | undefined => subnets.get(subnetId)?.vpcId;
      return standingOf(networkInterfaces.get(target.id), ({ subnetId }) => vpcOf(subnetId) === vpcId, partition);
    }
    case 'vpc-peering-connection':
      return peeringStanding(target.id, vpcId, partition);
  }
}

type Asked = CreateRouteRequest & Pick<ReplaceRouteRequest, 'LocalTarget'>;

/** All the members of a request that name a target, as AWS lists them in its errors. */
const TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'NetworkInterfaceId',
  'VpcPeeringConnectionId',
  'EgressOnlyInternetGatewayId',
  'TransitGatewayId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'VpcEndpointId',
  'CoreNetworkArn',
  'OdbNetworkArn',
  'InstanceId',
] as const;

function wrongNumber(code: string): AwsFault {
  const names = TARGETS.map((name) => name.charAt(0).toLowerCase() + name.slice(1));
  return new AwsFault(code, `The request must contain exactly one of ${names.join(', ')}`);
}

/** *Throws* when the request names no target, several, or one of a kind that the simulator does not have. */
export function targetFrom(input: Asked): RouteTarget {
  const [name, second] = [...TARGETS, 'LocalTarget' as const].filter((member) => input[member]);
  if (name === undefined) throw wrongNumber('MissingParameter');
  if (second !== undefined) throw wrongNumber('InvalidParameterCombination');
  const id = String(input[name]);
  switch (name) {
    case 'LocalTarget':
      return { kind: 'local' };
    case 'GatewayId':
      return { kind: 'internet-gateway', id };
    case 'NatGatewayId':
      return { kind: 'natgateway', id };
    case 'NetworkInterfaceId':
      return { kind: 'network-interface', id };
    case 'VpcPeeringConnectionId':
      return { kind: 'vpc-peering-connection', id };
    default:
      throw notSimulated(`routes with a ${name}`);
  }
}

/** Gateways have other codes here than where they are described. */
function unknownTarget(target: Exclude<RouteTarget, { kind: 'local' }>): AwsFault {
  const { kind, id } = target;
  if (kind === 'internet-gateway') {
    return new AwsFault('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  }
  if (kind === 'natgateway') {
    return new AwsFault('InvalidNatGatewayID.NotFound', `The natGateway ID '${id}' does not exist`);
  }
  return notFound(kind)(id);
}

// Of peering connections as in hashicorp/terraform#2185.
const NOUNS = {
  'internet-gateway': 'network gateway',
  natgateway: 'NAT gateway',
  'network-interface': 'interface',
  'vpc-peering-connection': 'network gateway',
} as const;

/** *Throws* when a route in this table cannot lead there. */
export function assertReachable(target: RouteTarget, table: RouteTable, partition: Partition): void {
  if (target.kind === 'local') return;
  const standing = targetStanding(target, table.vpcId, partition);
  if (standing === 'unknown') throw unknownTarget(target);
  if (standing !== 'elsewhere') return;
  throw new AwsFault(
    'InvalidParameterValue',
    `route table ${table.id} and ${NOUNS[target.kind]} ${target.id} belong to different networks`,
  );
}
