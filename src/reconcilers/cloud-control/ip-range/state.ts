import { type IpRange, ipRangeKind, type IpRangeStatus } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import type { Ec2Client } from '../../../aws/ec2/client.ts';
import type { Subnet } from '../../../aws/ec2/subnet.ts';
import type { Vpc } from '../../../aws/ec2/vpc.ts';
import type { ElastiCacheClient } from '../../../aws/elasticache/client.ts';
import type { ClientProvider, Target } from '../../../aws/target.ts';
import { named, type StateFactory } from '../../../composed/index.ts';
import type { Cidr } from '../../../util/cidr.ts';
import type { Serial } from '../../../util/serial.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import type { Focus, TargetOf } from '../../common/focal-state.ts';
import { createObjectState, enriched, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf, type StatedStatus } from '../../common/status.ts';
import type { VpcName } from '../../common/vpc/find-vpc.ts';
import type { IpRangeTiming } from './timing.ts';

export interface IpRangeDeps {
  readonly targetOf: TargetOf;
  readonly ec2: ClientProvider<Ec2Client>;
  /** Asked which subnet groups name a subnet that is to go. */
  readonly elastiCache: ClientProvider<Pick<ElastiCacheClient, 'findSubnetGroupsWith'>>;
  readonly timing: IpRangeTiming;
  /** One for all: two passes at once must not find the same range free. */
  readonly serial: Serial;
  /** AWS's quota, as the operator is told. */
  readonly blocksPerVpc: number;
}

const FACTS = [
  'cidr',
  'ranges',
  'vpcId',
  'accountId',
  'region',
  'addressSpaceId',
  'addressSpaceCreated',
  'subnets',
] as const;

/** What the status tells about AWS, as it is known so far in the pass. */
export type Facts = {
  -readonly [K in (typeof FACTS)[number]]: IpRangeStatus[K] | undefined;
};

export interface IpRangeState extends ObjectState<IpRange> {
  readonly facts: Facts;
}

/** In its Scope, with AWS at hand. */
export interface AwsState extends IpRangeState, Focus {
  readonly target: Target;
  readonly ec2: Ec2Client;
  readonly elastiCache: Pick<ElastiCacheClient, 'findSubnetGroupsWith'>;
}

/** With what names the VPC. */
export interface NetworkState extends AwsState {
  readonly network: {
    /** Kind and name, for sentences. */
    readonly by: string;
    readonly called: VpcName;
  };
}

/** With the VPC as it is now. */
export interface VpcState extends AwsState {
  readonly vpc: Vpc;
}

/** With the range that belongs to the object. */
export interface RangeState extends VpcState {
  readonly range: Cidr;
}

/** With all subnets of the VPC, whoever owns them. */
export interface SubnetState extends VpcState {
  subnets: readonly Subnet[];
}

export function createIpRangeState(object: IpRange, cluster: ClusterAccess, waitScale = 1): IpRangeState {
  const facts = Object.fromEntries(FACTS.map((name) => [name, object.status?.[name]]));
  // Each of the facts was just filled in.
  return { ...createObjectState(ipRangeKind, object, cluster, waitScale), facts: facts as Facts };
}

export function openAws(deps: Pick<IpRangeDeps, 'ec2' | 'elastiCache'>): StateFactory<IpRangeState & Focus, AwsState> {
  return named('openAws', (state: IpRangeState & Focus, pass) =>
    enriched(state, { ec2: deps.ec2(state.target, pass), elastiCache: deps.elastiCache(state.target, pass) }),
  );
}

/** Fields that are not about AWS, such as those of other releases, stay as they are. */
export function statusOf(state: IpRangeState): StatedStatus {
  return { ...state.object.status, ...state.facts, ...commonStatusOf(state.object, state.finding) };
}
