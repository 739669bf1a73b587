import {
  type VpcNetwork,
  vpcNetworkKind,
  type VpcNetworkStatus,
} from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import type { Ec2Client } from '../../../aws/ec2/client.ts';
import type { ClientProvider, Target } from '../../../aws/target.ts';
import { named, type Pass, type StateFactory } from '../../../composed/index.ts';
import { type Checks, createChecks } from '../../common/checks.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import type { TargetIn } from '../../common/focal-state.ts';
import { createObjectState, enriched, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf, type StatedStatus } from '../../common/status.ts';
import { createWaits, type Waits } from '../../common/waits.ts';
import type { VpcNetworkTiming } from './timing.ts';

export interface VpcNetworkDeps {
  readonly targetIn: TargetIn;
  readonly ec2: ClientProvider<Ec2Client>;
  readonly network: {
    /** Part of generated names. */
    readonly namePrefix: string;
    /** AWS's quota of the account. */
    readonly blocksPerVpc: number;
  };
  readonly timing: VpcNetworkTiming;
}

/** With what the controller remembers of its objects; a restart may lose it. */
export interface VpcNetworkContext extends VpcNetworkDeps {
  readonly checks: Checks;
  readonly waits: Waits;
  /** By uid: the VPC that this process has just made, in which there is nothing yet. */
  readonly emptyVpcs: Map<string, string>;
}

type Identifiers = NonNullable<VpcNetworkStatus['identifiers']>;

/** What the status tells about AWS, as it is known so far in the pass. */
export interface Facts {
  readonly ids: {
    -readonly [K in 'name' | 'vpc' | 'internetGateway' | 'dhcpOptions' | 'securityGroup']: Identifiers[K] | undefined;
  };
  /** Where the rest of the facts holds; undefined until something is about to be made. */
  accountId: VpcNetworkStatus['accountId'] | undefined;
  creating: NonNullable<VpcNetworkStatus['creating']>;
  blocks: NonNullable<VpcNetworkStatus['blocks']>;
  /** Undefined until all was found as asked for the first time. */
  cidrBlocks: VpcNetworkStatus['cidrBlocks'] | undefined;
}

export interface VpcNetworkState extends ObjectState<VpcNetwork> {
  readonly facts: Facts;
  /** Whether the pass has changed anything in AWS: then it has to be looked at once more. */
  hasWritten: boolean;
}

/** With the account that the Subscription names. */
export interface AccountState extends VpcNetworkState {
  readonly target: Target;
}

export interface AwsState extends AccountState {
  readonly ec2: Ec2Client;
}

export function contextFrom(deps: VpcNetworkDeps): VpcNetworkContext {
  return { ...deps, checks: createChecks(), waits: createWaits(), emptyVpcs: new Map() };
}

export function createVpcNetworkState(object: VpcNetwork, cluster: ClusterAccess, waitScale = 1): VpcNetworkState {
  const { identifiers = {}, accountId, creating = [], blocks = [], cidrBlocks } = object.status ?? {};
  const { name, vpc, internetGateway, dhcpOptions, securityGroup } = identifiers;
  const ids = { name, vpc, internetGateway, dhcpOptions, securityGroup };
  const facts = { ids, accountId, creating, blocks, cidrBlocks };
  return { ...createObjectState(vpcNetworkKind, object, cluster, waitScale), facts, hasWritten: false };
}

export function openEc2(provider: ClientProvider<Ec2Client>): StateFactory<AccountState, AwsState> {
  return named('openEc2', (state: AccountState, pass: Pass) => enriched(state, { ec2: provider(state.target, pass) }));
}

/** Fields that are not ours stay as they are. */
export function statusOf(state: VpcNetworkState): StatedStatus {
  const { ids, accountId, creating, blocks, cidrBlocks } = state.facts;
  const { status = {} } = state.object;
  const identifiers = { ...status.identifiers, ...ids };
  return {
    ...status,
    identifiers: Object.values(identifiers).some((id) => id !== undefined) ? identifiers : undefined,
    accountId,
    creating: creating.length > 0 ? creating : undefined,
    blocks: blocks.length > 0 ? blocks : undefined,
    cidrBlocks,
    ...commonStatusOf(state.object, state.finding),
  } as StatedStatus; // fields of the kind beside those of all kinds
}

export function isKyma({ object }: VpcNetworkState): boolean {
  return object.spec.type === 'kyma';
}

/** Whether all was there once, so that what is missing now was taken away by somebody. */
export function wasProvisioned({ facts }: VpcNetworkState): boolean {
  return facts.cidrBlocks !== undefined;
}
