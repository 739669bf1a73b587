import type { Partition } from '../service.ts';
import type { TargetStanding } from './model.ts';

/** How a peering connection stands to a route of a VPC. There are none yet. */
export function peeringStanding(_id: string, _vpcId: string, _partition: Partition): TargetStanding {
  return 'unknown';
}
