import { type Action, next, stopAndForget } from '../../composed/index.ts';
import { failed } from '../common/finding.ts';
import type { RedisObject } from './redis-kind.ts';
import type { FocalRedisState } from './redis-state.ts';

/**
 * Account and region of a Scope cannot change, but one that is taken away by force may be made anew with others. Then the
 * group that the status records is out of sight: a look would take it for lost and make another one, a deletion would leave
 * it behind. Nothing is done until the Scope is right, whose change begins another pass.
 */
export const validatePlace: Action<FocalRedisState<RedisObject>> = function validatePlace(state) {
  const { ledger, target, object } = state;
  const place = placeIn(ledger.arn);
  if (place === undefined || (place.accountId === target.accountId && place.region === target.region)) return next;
  const message =
    `The replication group stands in AWS account ${place.accountId}, region ${place.region}, but Scope ` +
    `${object.metadata.namespace ?? ''}/${object.spec.scope.name} is in account ${target.accountId}, region ` +
    `${target.region} now. Make the Scope as it was; to leave the group behind, take the finalizers off this object`;
  state.finding = failed('ReasonInvalidDependency', message);
  return stopAndForget(message);
};

/** `arn:aws:elasticache:<region>:<account>:replicationgroup:<id>` */
function placeIn(arn: string | undefined): { readonly accountId: string; readonly region: string } | undefined {
  const [, , , region, accountId] = arn?.split(':') ?? [];
  return region === undefined || accountId === undefined ? undefined : { region, accountId };
}
