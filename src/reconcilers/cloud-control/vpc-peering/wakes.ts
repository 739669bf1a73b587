import type { IpRange } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import type { VpcNetwork } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import type { KubeObject, NamespacedName } from '../../../kube/index.ts';
import type { Cluster } from '../../../runtime/index.ts';
import { VPC_INDEX } from '../../common/indexes.ts';
import { isReady } from '../../common/status.ts';

/** The VPC that an IpRange has got a block of: it is of no interest before it has, and when it goes. */
export function vpcsOfIpRange(range: IpRange): readonly string[] {
  const { vpcId } = range.status ?? {};
  return vpcId !== undefined && isReady(range) ? [vpcId] : [];
}

export function vpcsOfVpcNetwork(network: VpcNetwork): readonly string[] {
  const { vpc } = network.status?.identifiers ?? {};
  return vpc !== undefined && isReady(network) ? [vpc] : [];
}

/** For `watching` what changes the blocks of VPCs: wakes the peerings of them. */
export function wakingPeerings<D extends KubeObject>(
  vpcsOf: (dependency: D) => readonly string[],
): (dependency: D, cluster: Cluster) => readonly NamespacedName[] {
  return (dependency, cluster) => {
    const peerings = cluster.cache(vpcPeeringKind);
    return vpcsOf(dependency).flatMap((vpcId) => peerings.byIndex(VPC_INDEX, vpcId).map(({ metadata }) => metadata));
  };
}
