import type { Partition } from '../service.ts';
import { isVisible, type Taggable } from './lookup.ts';
import type { RouteTarget } from './model.ts';
import { peeringStanding } from './peering-target.ts';
import { ec2Slot } from './state.ts';

/**
 * How a target stands to a route in a table of one VPC. `unknown`: there is none of this id. `elsewhere`: it is not of
 * this VPC, or no longer. `dead`: it is, but takes no traffic. Only of a target that is `alive` a route is `active`.
 */
export type TargetStanding = 'unknown' | 'elsewhere' | 'dead' | 'alive';

function standingOf<T extends Taggable>(
  item: T | undefined,
  isHere: (item: T) => boolean,
  isAlive: (item: T) => boolean,
  partition: Partition,
): TargetStanding {
  if (!item || !isVisible(item, partition)) return 'unknown';
  if (!isHere(item)) return 'elsewhere';
  return isAlive(item) ? 'alive' : 'dead';
}

const always = (): boolean => true;

export function targetStanding(target: RouteTarget, vpcId: string, partition: Partition): TargetStanding {
  const { internetGateways, natGateways, networkInterfaces, subnets } = partition.get(ec2Slot);
  switch (target.kind) {
    case 'local':
      return 'alive';
    case 'internet-gateway':
      return standingOf(internetGateways.get(target.id), (one) => one.vpcId === vpcId, always, partition);
    case 'natgateway': {
      const isAlive = ['pending', 'available'];
      return standingOf(
        natGateways.get(target.id),
        (one) => one.vpcId === vpcId,
        ({ cycle }) => isAlive.includes(cycle.state),
        partition,
      );
    }
    case 'network-interface':
      return standingOf(
        networkInterfaces.get(target.id),
        ({ subnetId }) => subnets.get(subnetId)?.vpcId === vpcId,
        always,
        partition,
      );
    case 'vpc-peering-connection':
      return peeringStanding(target.id, vpcId, partition);
  }
}
