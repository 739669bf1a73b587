import type { CounterpartState } from '../common/counterpart.ts';
import type { InIpRange } from '../common/default-ip-range.ts';
import type { UserObjectState } from '../common/user-object.ts';
import type { AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';

/** What a pass over a Redis of a user starts with. */
export type AwsRedisStart<O extends AwsRedisObject, C extends RedisCounterpart> = UserObjectState<O> & {
  /** As it is now; undefined before it was loaded or made, and while there is none. */
  counterpart: C | undefined;
  /** Whether the Secret was found, or made, to be as it has to be. */
  isPublished: boolean;
  /** What is wrong with the templates of `authSecret.extraData`. */
  templateProblems: readonly string[];
};

/** With the Scope of the cluster. */
export type AwsRedisState<O extends AwsRedisObject, C extends RedisCounterpart> = AwsRedisStart<O, C> &
  CounterpartState<O, C>;

/** With the IpRange in whose subnets the nodes stand. */
export type PlacedRedisState<O extends AwsRedisObject, C extends RedisCounterpart> = AwsRedisState<O, C> & InIpRange;

export function createAwsRedisState<O extends AwsRedisObject, C extends RedisCounterpart>(
  base: UserObjectState<O>,
): AwsRedisStart<O, C> {
  return Object.assign(base, { counterpart: undefined, isPublished: false, templateProblems: [] });
}
