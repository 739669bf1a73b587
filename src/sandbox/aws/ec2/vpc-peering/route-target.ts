import type { Partition } from '../../service.ts';
import { isVisible } from '../lookup.ts';
import type { TargetStanding } from '../model.ts';
import { ec2Slot } from '../state.ts';
import { isSameEnd, peeringState } from './life-cycle.ts';
import { isLiving } from './rules.ts';

/**
 * How a peering connection stands to a route of a VPC. A route may be made before the connection is accepted, and is a
 * `blackhole` until then: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export function peeringStanding(id: string, vpcId: string, partition: Partition): TargetStanding {
  const peering = partition.get(ec2Slot).vpcPeerings.get(id);
  if (!peering || !isVisible(peering, partition) || !isLiving(peering.connection)) return 'unknown';
  const { requester, accepter } = peering.connection;
  const isHere = [requester, accepter].some((end) => end.vpcId === vpcId && isSameEnd(end, partition));
  if (!isHere) return 'elsewhere';
  return peeringState(peering.connection) === 'active' ? 'alive' : 'dead';
}
