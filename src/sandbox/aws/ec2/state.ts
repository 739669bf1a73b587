import { cidrOf, cidrText, type Cidr } from '../../../util/cidr.ts';
import { defineState, type Partition } from '../service.ts';
import { addSubnet, addVpc } from './additions.ts';
import type { Ec2State, Tags } from './model.ts';

/** The VPC of the demo: three zones' worth of nodes, as a cluster's network looks before anything is added to it. */
const DEMO_VPC = { name: 'shoot--sandbox--demo', cidrBlock: '10.250.0.0/22', nodePrefix: 24 } as const;

interface Network {
  readonly vpc: Cidr;
  readonly subnetPrefix: number;
  readonly isDefault: boolean;
  readonly name: string | undefined;
}

function addNetwork(
  state: Ec2State,
  partition: Partition,
  { vpc: block, subnetPrefix, isDefault, name }: Network,
): void {
  const vpc = addVpc(state, partition, { block, isDefault, tags: new Map(name ? [['Name', name]] : []) });
  partition.settings.zones.forEach((zone, index) => {
    const first = block.first + index * 2 ** (32 - subnetPrefix);
    const tags: Tags = new Map(name ? [['Name', `${name}-nodes-z${index}`]] : []);
    addSubnet(
      state,
      partition,
      { vpcId: vpc.id, block: { first, prefix: subnetPrefix }, zone, isDefault, tags },
      'available',
    );
  });
}

function initialState(partition: Partition): Ec2State {
  const state: Ec2State = {
    vpcs: new Map(),
    subnets: new Map(),
    securityGroups: new Map(),
    networkInterfaces: new Map(),
    failedAssociations: 0,
  };
  const { defaultVpc, isHome } = partition.settings;
  if (isHome) {
    const { cidrBlock, nodePrefix, name } = DEMO_VPC;
    addNetwork(state, partition, { vpc: cidrOf(cidrBlock), subnetPrefix: nodePrefix, isDefault: false, name });
  } else if (defaultVpc) {
    const vpc = cidrOf(defaultVpc.cidrBlock);
    addNetwork(state, partition, { vpc, subnetPrefix: Math.min(vpc.prefix + 4, 28), isDefault: true, name: undefined });
  }
  return state;
}

function dumpOf(state: Ec2State): unknown {
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

export const ec2Slot = defineState<Ec2State>({ name: 'ec2', create: initialState, dump: dumpOf });
