import {
  type Subscription,
  subscriptionKind,
  type SubscriptionStatus,
} from '../../../api/cloud-control/v1beta1/subscription.ts';
import type { StsClient } from '../../../aws/sts/client.ts';
import type { ClientProvider } from '../../../aws/target.ts';
import { named, type Pass, type StateFactory } from '../../../composed/index.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import type { TargetIn } from '../../common/focal-state.ts';
import { createObjectState, enriched, type ObjectState } from '../../common/object-state.ts';
import { commonStatusOf, type StatedStatus } from '../../common/status.ts';

export interface SubscriptionDeps {
  readonly targetIn: TargetIn;
  /** Where AWS is asked whose the credentials are; an account is the same in all regions of its partition. */
  readonly region: string;
  readonly sts: ClientProvider<StsClient>;
  readonly timing: { readonly lookIntervalMs: number; readonly waitScale: number };
}

export interface SubscriptionState extends ObjectState<Subscription> {
  /** The account as it was found; what an earlier pass found holds until AWS says otherwise. */
  account: string | undefined;
}

export interface AwsState extends SubscriptionState {
  readonly sts: StsClient;
}

export function createSubscriptionState(
  object: Subscription,
  cluster: ClusterAccess,
  waitScale = 1,
): SubscriptionState {
  const account = object.status?.subscriptionInfo?.aws?.account;
  return { ...createObjectState(subscriptionKind, object, cluster, waitScale), account };
}

export function openSts({ targetIn, region, sts }: SubscriptionDeps): StateFactory<SubscriptionState, AwsState> {
  return named('openSts', (state: SubscriptionState, pass: Pass) => {
    const target = targetIn(state.object.spec.details.aws.account, region);
    return enriched(state, { target, sts: sts(target, pass) });
  });
}

export function statusOf(
  state: SubscriptionState,
): StatedStatus & Pick<SubscriptionStatus, 'provider' | 'subscriptionInfo'> {
  const { account, object, finding } = state;
  return {
    ...object.status,
    provider: 'aws',
    ...(account !== undefined && { subscriptionInfo: { aws: { account } } }),
    ...commonStatusOf(object, finding),
  };
}
