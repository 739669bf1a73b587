import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import type { VpcNetwork } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { VPC_INDEX, VPC_NETWORK_INDEX } from '../../common/indexes.ts';
import type { StatusObject } from '../../common/object-state.ts';
import type { UserKind } from '../../common/used-by.ts';

/** The VPC of a VpcNetwork, which is what those who use it are asked about. */
function vpcOf(object: StatusObject): string | undefined {
  return (object as VpcNetwork).status?.identifiers?.vpc;
}

/**
 * Who stands in the VPC, whatever they know it by, and who waits to. The Network of a Scope is another name of the Scope's
 * VPC, and goes with the Scope.
 */
export const USERS: readonly UserKind[] = [
  { kind: scopeKind, index: VPC_INDEX, valueFrom: vpcOf },
  {
    kind: networkKind,
    index: VPC_INDEX,
    valueFrom: vpcOf,
    isUser: (object) => (object as Network).spec.type !== 'kyma',
  },
  { kind: ipRangeKind, index: VPC_INDEX, valueFrom: vpcOf },
  { kind: vpcPeeringKind, index: VPC_INDEX, valueFrom: vpcOf },
  // Those in the VPC are named already.
  { kind: ipRangeKind, index: VPC_NETWORK_INDEX, isUser: (object) => (object as IpRange).status?.vpcId === undefined },
];
