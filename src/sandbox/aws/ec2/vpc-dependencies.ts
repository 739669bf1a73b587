import type { Partition } from '../service.ts';
import type { NatGatewayState, Vpc } from './model.ts';
import { isMain } from './routes/route-table-view.ts';
import { ec2Slot } from './state.ts';
import { peeringsHolding } from './vpc-peering/rules.ts';

const ENDED: readonly NatGatewayState[] = ['deleted', 'failed', 'gone'];

/** The ids of what keeps a VPC from being deleted. Its main route table and default security group go with it. */
export function dependenciesOf({ id }: Vpc, partition: Partition): readonly string[] {
  const state = partition.get(ec2Slot);
  const isInside = ({ vpcId }: { readonly vpcId: string | undefined }): boolean => vpcId === id;
  return [
    ...[...state.subnets.values()].filter(isInside),
    ...[...state.securityGroups.values()].filter((group) => isInside(group) && group.name !== 'default'),
    ...[...state.internetGateways.values()].filter(isInside),
    ...[...state.natGateways.values()].filter((one) => isInside(one) && !ENDED.includes(one.cycle.state)),
    ...[...state.routeTables.values()].filter(
      (table) => isInside(table) && ![...table.associations.values()].some(isMain),
    ),
    ...peeringsHolding(id, partition),
  ].map((one) => one.id);
}
