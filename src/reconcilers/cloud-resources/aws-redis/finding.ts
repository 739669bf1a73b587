import { stopAndForget, type Stop } from '../../../composed/index.ts';
import { findCondition } from '../../../kube/index.ts';
import { NAMES_SHOWN, shortened } from '../../../util/shortened.ts';
import { type Finding, processing } from '../../common/finding.ts';
import { findingOf } from '../common/counterpart-finding.ts';
import { wordsOf } from '../common/words.ts';
import type { AwsRedisKind, AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';
import type { PlacedRedisState } from './state.ts';

/** Nothing is waited for here: what the control plane finds out, and what becomes of the Secret, begins the next pass. */
export function tellRedis<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  state: PlacedRedisState<O, C>,
): Stop {
  const told = findingOf(state, {
    isMade: (counterpart) => redis.endpointsOf(counterpart) !== undefined,
    words: wordsOf(state, [state.ipRange]),
  });
  state.finding = told.state === 'Ready' ? withSecret(told, state) : told;
  noteTemplateProblems(state);
  return stopAndForget('the control plane knows what is asked');
}

/** Ready is what can be used: who cannot read how to connect has nothing of it. */
function withSecret<O extends AwsRedisObject, C extends RedisCounterpart>(
  ready: Finding,
  { isPublished, templateProblems }: PlacedRedisState<O, C>,
): Finding {
  if (!isPublished) return { ...processing('The control plane has not said yet how to connect.'), ...alsoOf(ready) };
  if (templateProblems.length === 0) return ready;
  const message = `Ready, but of authSecret.extraData ${shortened(templateProblems, NAMES_SHOWN, '; ')}`;
  const warning = { type: 'Warning', status: 'True', reason: 'InvalidTemplate', message } as const;
  return { ...ready, reason: 'InvalidTemplate', message, also: [...(ready.also ?? []), warning] };
}

function alsoOf({ also }: Finding): Pick<Finding, 'also'> {
  return also === undefined ? {} : { also };
}

/** An Event when they are new: a state that stays the same tells none. */
function noteTemplateProblems<O extends AwsRedisObject, C extends RedisCounterpart>(
  state: PlacedRedisState<O, C>,
): void {
  const { finding, object, news } = state;
  const isTold = findCondition(object.status?.conditions, 'Ready')?.message === finding?.message;
  if (finding?.reason !== 'InvalidTemplate' || isTold) return;
  news.push({ type: 'Warning', reason: finding.reason, message: finding.message });
}
