import { addressIn } from '../ec2/addresses.ts';
import type { Subnet } from '../ec2/model.ts';
import { ec2Slot } from '../ec2/state.ts';
import type { Partition } from '../service.ts';
import { invalidValue } from './faults.ts';
import { memberCycle } from './group-life.ts';
import type { Member, ReplicationGroup, Shard } from './model.ts';
import { cacheArn } from './state.ts';

/** Where new members of a group go. */
export interface Placement {
  readonly groupId: string;
  readonly isClustered: boolean;
  readonly subnets: readonly Subnet[];
  readonly securityGroupIds: readonly string[];
  /** Takes a member that is gone out of its group. */
  readonly onGone: (member: Member) => void;
}

const padded = (number: number, length: number): string => String(number).padStart(length, '0');

/** `<id>-001`, with cluster mode on `<id>-0001-001`. */
function memberId({ groupId, isClustered }: Placement, shardId: string, number: number): string {
  return isClustered ? `${groupId}-${shardId}-${padded(number, 3)}` : `${groupId}-${padded(number, 3)}`;
}

export function shardIdOf(number: number): string {
  return padded(number, 4);
}

/** The subnet in the wished zone, or the next one in turn, so that a shard's members stand in different zones. */
function subnetFor(placement: Placement, turn: number, zone: string | undefined): Subnet {
  const { subnets } = placement;
  const subnet = zone === undefined ? subnets[turn % subnets.length] : subnets.find((one) => one.zone === zone);
  if (!subnet) throw invalidValue(`The subnet group has no subnet in the availability zone ${zone ?? ''}.`);
  return subnet;
}

function attachInterface(id: string, subnet: Subnet, placement: Placement, partition: Partition): string {
  const { networkInterfaces } = partition.get(ec2Slot);
  const interfaceId = partition.ids.ec2('eni');
  networkInterfaces.set(interfaceId, {
    id: interfaceId,
    type: 'interface',
    subnetId: subnet.id,
    groupIds: placement.securityGroupIds,
    description: `ElastiCache ${id}`,
    privateIpAddress: addressIn(subnet.block, networkInterfaces.size),
    tags: new Map(),
    createdAtMs: partition.clock.now(),
  });
  return interfaceId;
}

export interface NewMember {
  readonly shardId: string;
  readonly number: number;
  /** Decides the zone when none is wished. */
  readonly turn: number;
  readonly zone?: string | undefined;
}

export function createMember(asked: NewMember, placement: Placement, partition: Partition): Member {
  const id = memberId(placement, asked.shardId, asked.number);
  const subnet = subnetFor(placement, asked.turn, asked.zone);
  const networkInterfaceId = attachInterface(id, subnet, placement, partition);
  const member: Member = {
    id,
    shardId: asked.shardId,
    arn: cacheArn(partition, 'cluster', id),
    zone: subnet.zone,
    subnetId: subnet.id,
    networkInterfaceId,
    createdAt: new Date(partition.wallClock.now()),
    cycle: memberCycle(partition, 'planned', () => {
      partition.get(ec2Slot).networkInterfaces.delete(networkInterfaceId);
      placement.onGone(member);
    }),
  };
  return member;
}

/** The lowest numbers that no member of the shard has, also none that is just leaving. */
export function freeNumbers(shard: Shard, leaving: readonly Member[], count: number): readonly number[] {
  const taken = new Set(
    [...shard.members, ...leaving.filter(({ shardId }) => shardId === shard.id)].map(({ id }) => Number(id.slice(-3))),
  );
  const numbers: number[] = [];
  for (let number = 1; numbers.length < count; number++) if (!taken.has(number)) numbers.push(number);
  return numbers;
}

/** How a group that exists takes new members. */
export function placementOf(group: ReplicationGroup, subnets: readonly Subnet[]): Placement {
  return {
    groupId: group.id,
    isClustered: group.settings.clusterMode !== 'disabled',
    subnets,
    securityGroupIds: group.settings.securityGroupIds,
    onGone: (member) => {
      group.leaving = group.leaving.filter((one) => one !== member);
    },
  };
}
