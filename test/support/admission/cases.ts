import type { Acceptance, Refusal } from './case.ts';
import { ipRangeAcceptances, ipRangeRefusals } from './ip-range.ts';
import { networkAcceptances, networkRefusals } from './network.ts';
import { redisAcceptances, redisRefusals } from './redis.ts';
import { scopeAcceptances, scopeRefusals } from './scope.ts';
import { subscriptionAcceptances, subscriptionRefusals } from './subscription.ts';
import { userNetworkAcceptances, userNetworkRefusals } from './user-network.ts';
import { userRedisAcceptances, userRedisRefusals } from './user-redis.ts';
import { vpcNetworkAcceptances, vpcNetworkRefusals } from './vpc-network.ts';
import { vpcPeeringAcceptances, vpcPeeringRefusals } from './vpc-peering.ts';

/** What an API server must say no to, of every kind. */
export const REFUSALS: readonly Refusal[] = [
  ...subscriptionRefusals,
  ...vpcNetworkRefusals,
  ...scopeRefusals,
  ...networkRefusals,
  ...ipRangeRefusals,
  ...vpcPeeringRefusals,
  ...redisRefusals,
  ...userNetworkRefusals,
  ...userRedisRefusals,
];

/** What an API server must take, of every kind. */
export const ACCEPTANCES: readonly Acceptance[] = [
  ...subscriptionAcceptances,
  ...vpcNetworkAcceptances,
  ...scopeAcceptances,
  ...networkAcceptances,
  ...ipRangeAcceptances,
  ...vpcPeeringAcceptances,
  ...redisAcceptances,
  ...userNetworkAcceptances,
  ...userRedisAcceptances,
];
