import type { StatusInput } from '../../../runtime/index.ts';
import { withPause } from '../../common/pause.ts';
import { commonStatusOf } from '../../common/status.ts';
import type { AwsRedisKind, AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';
import type { AwsRedisStart } from './state.ts';

/** The whole status. A pass that did not get as far as the counterpart leaves what was known of it. */
export function awsRedisStatusOf<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  { object, counterpart, finding }: AwsRedisStart<O, C>,
): StatusInput {
  const told = commonStatusOf(object, finding);
  return {
    ...object.status,
    ...(counterpart !== undefined && observedFields(redis, counterpart)),
    // A finding has the pause of the control plane in it, which is another one.
    ...(finding === undefined ? withPause(object, told) : told),
  };
}

/** What the control plane shows no more is gone here as well. */
function observedFields<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  counterpart: C,
): object {
  const { nodeType, engineVersion } = counterpart.status ?? {};
  return { nodeType, engineVersion, ...redis.statusFieldsOf(counterpart) };
}
