/** Which kinds of the control plane stand for which of the users: whatever follows, makes or takes them down asks here. */
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import { vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { awsRedisInstanceKind } from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { awsVpcPeeringKind } from '../../../api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import { userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import type { ResourceKind } from '../../../kube/index.ts';
import type { MadeForRemote } from '../../common/indexes.ts';

/** A kind of users, and what the control plane has for its objects. */
export interface Counterparts {
  readonly kind: ResourceKind;
  readonly kinds: readonly ResourceKind<MadeForRemote>[];
}

export const COUNTERPARTS: readonly Counterparts[] = [
  { kind: userIpRangeKind, kinds: [ipRangeKind] },
  { kind: awsRedisInstanceKind, kinds: [redisInstanceKind] },
  { kind: awsRedisClusterKind, kinds: [redisClusterKind] },
  { kind: awsVpcPeeringKind, kinds: [vpcPeeringKind, networkKind] },
];

/** All that stand for some kind of the users. */
export const COUNTERPART_KINDS = COUNTERPARTS.flatMap(({ kinds }) => kinds);

/** *Throws* for a kind that is not in the table: its objects would never be taken down. */
export function counterpartKindsOf({ kind }: Pick<ResourceKind, 'kind'>): readonly ResourceKind<MadeForRemote>[] {
  const found = COUNTERPARTS.find((one) => one.kind.kind === kind);
  if (found === undefined) throw new Error(`Nothing of the control plane stands for ${kind}`);
  return found.kinds;
}
