import type {
  Route as WireRoute,
  RouteTable as WireRouteTable,
  RouteTableAssociation as WireAssociation,
} from '@aws-sdk/client-ec2';
import { cidrText, type Cidr } from '../../../../util/cidr.ts';
import type { Partition } from '../../service.ts';
import type { Ec2State, Route, RouteTable, RouteTableAssociation, RouteTarget } from '../model.ts';
import { targetStanding } from './route-target.ts';
import { ec2Slot } from '../state.ts';
import { tagList } from '../tags.ts';
import { presentBlocks } from '../vpc-blocks.ts';

/** The blocks of a VPC that its tables have a local route to. */
export function localBlocks(state: Ec2State, vpcId: string): readonly Cidr[] {
  const vpc = state.vpcs.get(vpcId);
  return vpc ? presentBlocks(vpc) : [];
}

export interface EffectiveRoute extends Route {
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

/** A table's routes, the local ones first. */
export function effectiveRoutes(table: RouteTable, state: Ec2State): readonly EffectiveRoute[] {
  const blocks = localBlocks(state, table.vpcId);
  const local = blocks.map((destination): EffectiveRoute => ({
    destination,
    target: table.routes.get(cidrText(destination))?.target ?? { kind: 'local' },
    origin: 'CreateRouteTable',
  }));
  const isLocal = new Set(blocks.map(cidrText));
  const others = [...table.routes.values()].filter(({ destination }) => !isLocal.has(cidrText(destination)));
  return [...local, ...others.map((route): EffectiveRoute => ({ ...route, origin: 'CreateRoute' }))];
}

function targetView(target: RouteTarget, { account }: Partition): WireRoute {
  switch (target.kind) {
    case 'local':
      return { GatewayId: 'local' };
    case 'internet-gateway':
      return { GatewayId: target.id };
    case 'natgateway':
      return { NatGatewayId: target.id };
    case 'network-interface':
      return { NetworkInterfaceId: target.id, InstanceOwnerId: account };
    case 'vpc-peering-connection':
      return { VpcPeeringConnectionId: target.id };
  }
}

export function routeViews(table: RouteTable, partition: Partition): readonly WireRoute[] {
  return effectiveRoutes(table, partition.get(ec2Slot)).map(({ destination, target, origin }) => ({
    DestinationCidrBlock: cidrText(destination),
    ...targetView(target, partition),
    Origin: origin,
    State: targetStanding(target, table.vpcId, partition) === 'alive' ? 'active' : 'blackhole',
  }));
}

export const isMain = ({ subnetId }: RouteTableAssociation): boolean => subnetId === undefined;

function associationView(table: RouteTable, association: RouteTableAssociation): WireAssociation {
  return {
    RouteTableAssociationId: association.id,
    RouteTableId: table.id,
    Main: isMain(association),
    SubnetId: association.subnetId,
    AssociationState: { State: 'associated' },
  };
}

export function tableView(table: RouteTable, partition: Partition): WireRouteTable {
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: partition.account,
    Associations: [...table.associations.values()].map((one) => associationView(table, one)),
    Routes: [...routeViews(table, partition)],
    PropagatingVgws: [],
    Tags: tagList(table.tags),
  };
}
