import { LifeCycle } from '../../life-cycle.ts';
import type { Partition } from '../../service.ts';
import { addressIn } from '../addresses.ts';
import type { Ec2State, ElasticIp, NatGateway, NatGatewayState, NetworkInterface, Subnet, Tags } from '../model.ts';

interface NewNatGateway {
  readonly subnet: Subnet;
  /** Undefined: a private gateway. */
  readonly address: ElasticIp | undefined;
  /** Why it is to fail. */
  readonly failure: NatGateway['failure'];
  readonly tags: Tags;
  readonly clientToken: string | undefined;
}

function addInterface(state: Ec2State, partition: Partition, subnet: Subnet, gatewayId: string): NetworkInterface {
  const { networkInterfaces } = state;
  const one: NetworkInterface = {
    id: partition.ids.ec2('eni'),
    type: 'nat_gateway',
    tags: new Map(),
    createdAtMs: partition.clock.now(),
    subnetId: subnet.id,
    description: `Interface for NAT Gateway ${gatewayId}`,
    privateIpAddress: addressIn(subnet.block, networkInterfaces.size),
    groupIds: [],
  };
  networkInterfaces.set(one.id, one);
  return one;
}

/** Gives back what a gateway has held: its network interface, and with it the address. */
function letGo(state: Ec2State, networkInterfaceId: string): void {
  state.networkInterfaces.delete(networkInterfaceId);
  const held = [...state.elasticIps.values()].find((one) => one.association?.networkInterfaceId === networkInterfaceId);
  if (held) held.association = undefined;
}

function cycleOf(
  partition: Partition,
  first: NatGatewayState,
  isToFail: boolean,
  onEnter: (state: NatGatewayState) => void,
): LifeCycle<NatGatewayState> {
  const lasting = (name: string): number => partition.durationMs(`ec2.natGateway.${name}`);
  const transitions = {
    pending: { lastsMs: lasting('pending'), next: isToFail ? 'failed' : 'available' },
    deleting: { lastsMs: lasting('deleting'), next: 'deleted' },
    // AWS goes on to show one that is deleted, or has failed, for about an hour.
    deleted: { lastsMs: lasting('deleted'), next: 'gone' },
    failed: { lastsMs: lasting('failed'), next: 'gone' },
  } as const;
  return new LifeCycle<NatGatewayState>(partition.clock, first, transitions, onEnter);
}

/** Makes a NAT gateway, which from now on holds a network interface in its subnet and, unless it fails, its address. */
export function addNatGateway(
  state: Ec2State,
  partition: Partition,
  { subnet, address, failure, tags, clientToken }: NewNatGateway,
  first: NatGatewayState,
): NatGateway {
  const id = partition.ids.ec2('nat');
  const { id: networkInterfaceId, privateIpAddress } = addInterface(state, partition, subnet, id);
  if (address && !failure) {
    address.association = { id: partition.ids.ec2('eipassoc'), networkInterfaceId, privateIpAddress };
  }
  const gateway: NatGateway = {
    id,
    tags,
    createdAtMs: partition.clock.now(),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    networkInterfaceId,
    privateIpAddress,
    address: address && { allocationId: address.id, publicIp: address.publicIp },
    failure,
    clientToken,
    createdAt: new Date(partition.wallClock.now()),
    deletedAt: undefined,
    cycle: cycleOf(partition, first, failure !== undefined, (entered) => {
      if (entered === 'gone') state.natGateways.delete(id);
      if (entered !== 'deleted' && entered !== 'failed') return;
      letGo(state, networkInterfaceId);
      gateway.deletedAt = new Date(partition.wallClock.now());
    }),
  };
  state.natGateways.set(id, gateway);
  return gateway;
}
