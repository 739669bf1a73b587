import { type Action, next } from '../../composed/index.ts';
import { type Place, stopElsewhere } from '../common/place.ts';
import type { RedisObject } from './redis-kind.ts';
import type { FocalRedisState } from './redis-state.ts';

/** Stops where the group of the status is out of sight; see common/place.ts. */
export const validatePlace: Action<FocalRedisState<RedisObject>> = function validatePlace(state) {
  const { ledger, target, object } = state;
  const by = `Scope ${object.metadata.namespace ?? ''}/${object.spec.scope.name}`;
  const standing = { what: 'The replication group', recorded: placeIn(ledger.arn), by, now: target };
  return stopElsewhere(state, standing) ?? next;
};

/** `arn:aws:elasticache:<region>:<account>:replicationgroup:<id>` */
function placeIn(arn: string | undefined): Place | undefined {
  const [, , , region, accountId] = arn?.split(':') ?? [];
  return region === undefined || accountId === undefined ? undefined : { region, accountId };
}
