import type { StatusInput } from '../../runtime/index.ts';
import { commonStatusOf } from '../common/status.ts';
import { lowestVersion } from '../replication-group/engine-version.ts';
import { pendingOf } from '../replication-group/pending.ts';
import type { RedisObject } from './redis-kind.ts';
import type { RedisState } from './redis-state.ts';

/** The whole status, from what the pass has found. A pass that did not get as far as AWS leaves what was known. */
export function redisStatusOf<O extends RedisObject>(state: RedisState<O>): StatusInput {
  const { arn, createTime, createIntent, authTokenHash } = state.ledger;
  return {
    ...state.object.status,
    ...(state.observed.isGroupLoaded && observedFields(state)),
    arn,
    createTime,
    createIntent,
    authTokenHash,
    authSecret: state.authSecretName === undefined ? undefined : { name: state.authSecretName },
    ...commonStatusOf(state.object, state.finding),
  };
}

function observedFields<O extends RedisObject>({ object, redis, observed, memory }: RedisState<O>): object {
  const { group } = observed;
  const { status } = object;
  // Nothing of a group that is gone may be left: its endpoint would lead nowhere.
  if (group === undefined) return { ...emptied(status), ...(status?.id !== undefined && { id: status.id }) };
  const versions = memory.members.map((member) => member.engineVersion).filter((version) => version !== undefined);
  const pending = pendingOf(group, memory.members);
  return {
    id: group.id,
    nodeType: group.nodeType,
    engineVersion: lowestVersion(versions) ?? status?.engineVersion,
    pending: pending.length === 0 ? undefined : pending,
    ...redis.statusFieldsOf(group, memory.members),
  };
}

function emptied(status: RedisObject['status']): object {
  return Object.fromEntries(Object.keys(status ?? {}).map((key) => [key, undefined]));
}
