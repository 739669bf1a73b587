import { cidrText } from '../../../util/cidr.ts';
import type { Ec2State } from './model.ts';

/** What `GET /_sandbox/state` shows of a network. */
export function dumpOf(state: Ec2State): unknown {
  return {
    vpcs: [...state.vpcs.values()].map(({ id, tags, associations }) => ({
      id,
      name: tags.get('Name'),
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
  };
}
