import { type Scope, scopeKind, type ScopeStatus } from '../../../api/cloud-control/v1beta1/scope.ts';
import type { Ec2Client } from '../../../aws/ec2/client.ts';
import type { StsClient } from '../../../aws/sts/client.ts';
import type { ClientProvider, Target } from '../../../aws/target.ts';
import { named, type Pass, type StateFactory } from '../../../composed/index.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import type { TargetOf } from '../../common/focal-state.ts';
import { createObjectState, enriched, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf, type StatedStatus } from '../../common/status.ts';

export interface ScopeDeps {
  readonly targetOf: TargetOf;
  readonly ec2: ClientProvider<Ec2Client>;
  readonly sts: ClientProvider<StsClient>;
  /** How often a Scope is checked again, and the factor on all waiting. */
  readonly timing: { readonly lookIntervalMs: number; readonly waitScale: number };
}

export interface ScopeState extends ObjectState<Scope> {
  /** The VPC as it is known so far in the pass. */
  vpcId: string | undefined;
  exposedData: ScopeStatus['exposedData'] | undefined;
}

export interface AwsState extends ScopeState {
  readonly target: Target;
  readonly ec2: Ec2Client;
  readonly sts: StsClient;
}

export function createScopeState(object: Scope, cluster: ClusterAccess, waitScale = 1): ScopeState {
  const { vpcId, exposedData } = object.status ?? {};
  return { ...createObjectState(scopeKind, object, cluster, waitScale), vpcId, exposedData };
}

export function openAws(deps: ScopeDeps): StateFactory<ScopeState, AwsState> {
  return named('openAws', (state: ScopeState, pass: Pass) => {
    const target = deps.targetOf(state.object);
    return enriched(state, { target, ec2: deps.ec2(target, pass), sts: deps.sts(target, pass) });
  });
}

export function statusOf(state: ScopeState): StatedStatus & Pick<ScopeState, 'vpcId' | 'exposedData'> {
  const { object, vpcId, exposedData } = state;
  return { ...object.status, vpcId, exposedData, ...commonStatusOf(object, state.finding) };
}
