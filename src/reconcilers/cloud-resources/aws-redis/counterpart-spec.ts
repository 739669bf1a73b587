import { refOf } from '../common/id.ts';
import type {
  AwsRedisKind,
  AwsRedisObject,
  AwsRedisSpec,
  CommonRedisAws,
  RedisCounterpart,
  RedisCounterpartSpec,
} from './aws-redis-kind.ts';
import type { PlacedRedisState } from './state.ts';
import type { TierNodes } from './tiers.ts';

/** What the control plane is asked for; `present` is what there is, of which what users do not decide stays. */
export function counterpartSpecOf<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  { object, scope, ipRangeId }: PlacedRedisState<O, C>,
  tier: TierNodes,
  present: C['spec'] | undefined,
): C['spec'] {
  const common: RedisCounterpartSpec = {
    remoteRef: refOf(object),
    ipRange: { name: ipRangeId },
    scope: { name: scope.metadata.name },
    instance: { aws: { ...undecided(present?.instance.aws), ...commonAwsOf(object.spec, tier) } },
  };
  return redis.specOf(common, { object, tier }, present);
}

function commonAwsOf(spec: AwsRedisSpec, { nodeType }: TierNodes): CommonRedisAws {
  const { engineVersion, autoMinorVersionUpgrade, authEnabled } = spec;
  const { preferredMaintenanceWindow, parameters, authTokenRotationDays } = spec;
  return {
    cacheNodeType: nodeType,
    engineVersion,
    autoMinorVersionUpgrade,
    authEnabled,
    ...(preferredMaintenanceWindow !== undefined && { preferredMaintenanceWindow }),
    ...(parameters !== undefined && { parameters }),
    // Without authentication there is no token, and the control plane takes no number of days for it.
    ...(authEnabled && authTokenRotationDays !== undefined && { authTokenRotationDays }),
  };
}

/**
 * What the control plane has beyond the user's fields. A field that the user leaves out is a decision, too, so it does not stay.
 */
function undecided(present: CommonRedisAws | undefined): Partial<CommonRedisAws> {
  const {
    preferredMaintenanceWindow: _window,
    parameters: _all,
    authTokenRotationDays: _days,
    ...rest
  } = present ?? {};
  return rest;
}
