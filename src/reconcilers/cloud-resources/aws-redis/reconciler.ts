import {
  type Action,
  branch,
  enter,
  isStop,
  named,
  next,
  type Outcome,
  sequence,
  stopAndForget,
} from '../../../composed/index.ts';
import type { Contests } from '../../common/contest.ts';
import { failed } from '../../common/finding.ts';
import { deleteFinalizer, ensureFinalizer } from '../../common/finalizer.ts';
import { isObjectBeingDeleted } from '../../common/object-state.ts';
import { waitWhilePaused } from '../../common/pause.ts';
import { ensureCounterpart } from '../common/counterpart.ts';
import { deleteCounterparts } from '../common/counterpart-deletion.ts';
import { loadUserIpRange } from '../common/default-ip-range.ts';
import { mirrorAnnotations } from '../common/mirroring.ts';
import { loadClusterScope } from '../common/user-object.ts';
import { deleteAuthSecret, ensureAuthSecret, settleAuthSecretName } from './auth-secret.ts';
import type { AwsRedisKind, AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';
import { counterpartSpecOf } from './counterpart-spec.ts';
import { tellRedis } from './finding.ts';
import type { AwsRedisStart, AwsRedisState, PlacedRedisState } from './state.ts';
import type { TierTable } from './tiers.ts';

export interface AwsRedisPipelineDeps {
  readonly tiers: TierTable;
  readonly contests: Contests;
}

/**
 * A Redis of a user: in the control plane a RedisInstance or RedisCluster, and in the user's namespace a Secret that says how
 * to connect. All that the user changes is passed on, whatever the state.
 */
export function awsRedisPipeline<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  { tiers, contests }: AwsRedisPipelineDeps,
): Action<AwsRedisStart<O, C>> {
  const provide = sequence<AwsRedisState<O, C>>(
    'provide',
    (state) => validateTier(state, tiers),
    ensureFinalizer<O>(),
    enter(
      loadUserIpRange<O, AwsRedisState<O, C>>(redis.counterpart),
      sequence<PlacedRedisState<O, C>>(
        'provideRedis',
        settleAuthSecretName(redis),
        ensureRedis(redis, tiers),
        ensureAuthSecret(redis, contests),
        named('tellRedis', (state) => tellRedis(redis, state)),
      ),
    ),
  );
  const remove = sequence<AwsRedisState<O, C>>(
    'remove',
    deleteRedis(redis),
    deleteAuthSecret(contests),
    deleteFinalizer<O>(),
  );
  return enter(
    loadClusterScope<O, AwsRedisStart<O, C>>(),
    sequence<AwsRedisState<O, C>>(
      'awsRedis',
      mirrorAnnotations<O, C>(redis.counterpart),
      waitWhilePaused,
      branch(isObjectBeingDeleted, remove, provide),
    ),
  );
}

/** The schema may be newer than the operator. */
function validateTier<O extends AwsRedisObject>(state: AwsRedisState<O, RedisCounterpart>, tiers: TierTable): Outcome {
  const { redisTier } = state.object.spec;
  if (Object.hasOwn(tiers, redisTier)) return next;
  state.finding = failed('InvalidSpec', `redisTier ${redisTier} is not known to this version of Cloud Manager`);
  return stopAndForget('the tier is unknown');
}

function ensureRedis<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  tiers: TierTable,
): Action<PlacedRedisState<O, C>> {
  return named('ensureRedis', (state: PlacedRedisState<O, C>, pass) => {
    const tier = tiers[state.object.spec.redisTier];
    const ensure = ensureCounterpart<O, C>({
      kind: redis.counterpart,
      specOf: (_state, present) => counterpartSpecOf(redis, state, tier, present),
      userFields: { 'spec.instance.aws': 'spec', 'spec.instance.aws.cacheNodeType': 'spec.redisTier' },
    });
    return ensure(state, pass);
  });
}

function deleteRedis<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
): Action<AwsRedisState<O, C>> {
  const remove = deleteCounterparts<O, C>(redis.counterpart);
  return named('deleteRedis', async (state: AwsRedisState<O, C>, pass) => {
    const outcome = await remove(state, pass);
    const { finding } = state;
    if (isStop(outcome) && finding?.state === 'Deleting') state.finding = { ...finding, reason: 'DeletingInstance' };
    return outcome;
  });
}
