import type { StatusInput } from '../../runtime/index.ts';
import { withPause } from '../common/pause.ts';
import { commonStatusOf } from '../common/status.ts';
import { lowestVersion } from '../replication-group/engine-version.ts';
import { pendingOf } from '../replication-group/pending.ts';
import { statusOfLedger } from './ledger.ts';
import type { RedisObject } from './redis-kind.ts';
import type { RedisState } from './redis-state.ts';

/** The whole status, from what the pass has found. A pass that did not get as far as AWS leaves what was known. */
export function redisStatusOf<O extends RedisObject>(state: RedisState<O>): StatusInput {
  return {
    ...state.object.status,
    ...(state.observed.isGroupLoaded && observedFields(state)),
    ...statusOfLedger(state.ledger),
    authSecret: state.authSecretName === undefined ? undefined : { name: state.authSecretName },
    ...withPause(state.object, commonStatusOf(state.object, state.finding)),
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
