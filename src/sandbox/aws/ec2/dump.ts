import { cidrText } from '../../../util/cidr.ts';
import type { Ec2State, NatGateway, RouteTable } from './model.ts';
import { peeringState } from './vpc-peering/life-cycle.ts';

function natGatewayDump({ id, vpcId, subnetId, address, cycle }: NatGateway): unknown {
  return { id, vpcId, subnetId, publicIp: address?.publicIp, state: cycle.state };
}

/** Without the local routes, which are the VPC's blocks. */
function routeTableDump({ id, vpcId, tags, associations, routes }: RouteTable): unknown {
  return {
    id,
    vpcId,
    name: tags.get('Name'),
    isMain: [...associations.values()].some(({ subnetId }) => subnetId === undefined),
    subnetIds: [...associations.values()].flatMap(({ subnetId }) => subnetId ?? []),
    routes: [...routes.values()].map(({ destination, target }) => ({
      destination: cidrText(destination),
      target: target.kind === 'local' ? 'local' : target.id,
    })),
  };
}

/** What `GET /_sandbox/state` shows of a network. */
export function dumpOf(state: Ec2State): unknown {
  return {
    vpcs: [...state.vpcs.values()].map(({ id, tags, cycle: { state: vpcState }, associations }) => ({
      id,
      name: tags.get('Name'),
      state: vpcState,
      blocks: [...associations.values()].map(({ block, cycle }) => ({ cidr: cidrText(block), state: cycle.state })),
    })),
    subnets: [...state.subnets.values()].map(({ id, vpcId, block, zone, cycle }) => ({
      id,
      vpcId,
      cidr: cidrText(block),
      zone,
      state: cycle.state,
    })),
    securityGroups: [...state.securityGroups.values()].map(({ id, vpcId, name, rules }) => ({
      id,
      vpcId,
      name,
      rules: [...rules.values()].map(({ isEgress, protocol, fromPort, toPort, peer }) => ({
        direction: isEgress ? 'egress' : 'ingress',
        protocol,
        fromPort,
        toPort,
        peer: peer.value,
      })),
    })),
    networkInterfaces: [...state.networkInterfaces.values()].map(({ id, subnetId, description }) => ({
      id,
      subnetId,
      description,
    })),
    internetGateways: [...state.internetGateways.values()].map(({ id, vpcId, tags }) => ({
      id,
      name: tags.get('Name'),
      vpcId,
    })),
    dhcpOptions: [...state.dhcpOptions.values()].map(({ id, tags, configurations }) => ({
      id,
      name: tags.get('Name'),
      options: Object.fromEntries(configurations),
      vpcIds: [...state.vpcs.values()].filter(({ dhcpOptionsId }) => dhcpOptionsId === id).map((vpc) => vpc.id),
    })),
    elasticIps: [...state.elasticIps.values()].map(({ id, publicIp, association }) => ({
      id,
      publicIp,
      networkInterfaceId: association?.networkInterfaceId,
    })),
    natGateways: [...state.natGateways.values()].map(natGatewayDump),
    routeTables: [...state.routeTables.values()].map(routeTableDump),
    vpcPeerings: [...state.vpcPeerings.values()]
      .filter(({ isShown }) => isShown())
      .map(({ id, connection }) => ({
        id,
        requester: connection.requester.vpcId,
        accepter: connection.accepter.vpcId,
        state: peeringState(connection),
      })),
  };
}
