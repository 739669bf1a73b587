import { type IpRange, ipRangeKind, type IpRangeSpec } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { kymaNetworkName } from '../../../api/cloud-control/v1beta1/network.ts';
import type { UserIpRange } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import type { StatusInput } from '../../../runtime/index.ts';
import { commonStatusOf } from '../../common/status.ts';
import type { CounterpartKind, CounterpartState } from '../common/counterpart.ts';
import { refOf } from '../common/id.ts';
import type { UserObjectState } from '../common/user-object.ts';

/** What a pass over an IpRange of a user starts with. */
export type StartState = UserObjectState<UserIpRange> & { counterpart: IpRange | undefined };

/** With the Scope of the cluster. */
export type UserIpRangeState = CounterpartState<UserIpRange, IpRange>;

/** What stands for it. Nothing of it can change: neither can what the user asks. */
export const range: CounterpartKind<UserIpRange, IpRange> = {
  kind: ipRangeKind,
  specOf: (state, present) => present ?? specFor(state),
  invalidReasons: { 'spec.cidr': 'InvalidCidr' },
};

function specFor({ object, scope }: UserIpRangeState): IpRangeSpec {
  const cidr = askedCidr(object);
  return {
    scope: { name: scope.metadata.name },
    remoteRef: refOf(object),
    ...(cidr !== undefined && { cidr }),
    network: { name: kymaNetworkName(scope.metadata.name) },
  };
}

/** Undefined: a free one is to be found. */
export function askedCidr({ spec }: UserIpRange): string | undefined {
  return spec.cidr === '' ? undefined : spec.cidr;
}

/** Also a range that was found is shown, as soon as the control plane tells it. */
export function statusOf({ object, finding, counterpart }: StartState): StatusInput {
  const { cidr: told, ...status } = object.status ?? {};
  const cidr = counterpart === undefined ? told : counterpart.status?.cidr;
  return { ...status, ...(cidr !== undefined && { cidr }), ...commonStatusOf(object, finding) };
}
