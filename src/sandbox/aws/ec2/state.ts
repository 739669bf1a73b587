import { defineState, type Partition } from '../service.ts';
import { dumpOf } from './dump.ts';
import { addFirstNetwork } from './first-network.ts';
import type { Ec2State } from './model.ts';

function initialState(partition: Partition): Ec2State {
  const state: Ec2State = {
    vpcs: new Map(),
    subnets: new Map(),
    securityGroups: new Map(),
    networkInterfaces: new Map(),
    internetGateways: new Map(),
    dhcpOptions: new Map(),
    elasticIps: new Map(),
    natGateways: new Map(),
    routeTables: new Map(),
    vpcPeerings: new Map(),
    defaultDhcpOptionsId: undefined,
    doomed: new Map(),
  };
  addFirstNetwork(state, partition);
  return state;
}

export const ec2Slot = defineState<Ec2State>({ name: 'ec2', create: initialState, dump: dumpOf });
