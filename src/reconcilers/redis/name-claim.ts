/**
 * Who gets the name `cm-<name>`. In AWS it is one in an account and region for both Redis kinds and all namespaces; in
 * Kubernetes it is that of the published Secret, one in a namespace for both kinds, wherever in AWS they stand.
 *
 * Whose group exists, or was asked for, keeps it; among those that have none yet it is the older object's, and of two of
 * one second that with the smaller uid. The other one takes down what it may have made, says by whom the name is taken,
 * and begins anew when that one is gone. Whose tags an existing group carries never gives the name up, whatever statuses say:
 * two operators may lose each other's records.
 */
import { redisClusterKind } from '../../api/cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from '../../api/cloud-control/v1beta1/redis-instance.ts';
import { type Scope, scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import { next, type Outcome } from '../../composed/index.ts';
import type { NamespacedName, ResourceKind } from '../../kube/index.ts';
import { type Cluster, type Watch, watching } from '../../runtime/index.ts';
import type { FocalState, TargetOf } from '../common/focal-state.ts';
import { failed } from '../common/finding.ts';
import { indexValueOf } from '../common/indexes.ts';
import { namesOf } from '../replication-group/names.ts';
import type { RedisObject } from './redis-kind.ts';

/** Index over Redis objects by their name, whatever the namespace. */
export const NAME_INDEX = '.metadata.name';

export function nameIndexValues({ metadata }: RedisObject): readonly string[] {
  return [metadata.name];
}

const KINDS: readonly ResourceKind<RedisObject>[] = [redisInstanceKind, redisClusterKind];

/** The object that has the name before this one; undefined when nobody has. */
export function rivalOf<O extends RedisObject>(state: FocalState<O>, targetOf: TargetOf): RedisObject | undefined {
  const { object, cluster } = state;
  if (hasGroup(object)) return undefined;
  const wantsSame = (other: RedisObject): boolean =>
    isInSameNamespace(object, other) || isInSamePlace(state, other, targetOf);
  return KINDS.flatMap((kind) => cluster.byIndex(kind, NAME_INDEX, object.metadata.name))
    .filter((other) => other.metadata.uid !== object.metadata.uid && wantsSame(other))
    .find((other) => hasGroup(other) || isOlder(other, object));
}

function isInSameNamespace(a: RedisObject, b: RedisObject): boolean {
  return a.metadata.namespace === b.metadata.namespace;
}

function isInSamePlace<O extends RedisObject>(state: FocalState<O>, other: RedisObject, targetOf: TargetOf): boolean {
  const scope = state.cluster.get(scopeKind, other.metadata.namespace ?? '', other.spec.scope.name);
  return scope !== undefined && placeOf(scope, targetOf) === placeOf(state.scope, targetOf);
}

function placeOf(scope: Scope, targetOf: TargetOf): string {
  const { accountId, region } = targetOf(scope);
  return `${accountId}/${region}`;
}

function hasGroup({ status }: RedisObject): boolean {
  return status?.arn !== undefined || status?.createIntent !== undefined;
}

function isOlder(a: RedisObject, b: RedisObject): boolean {
  const ageOf = ({ metadata }: RedisObject): string => `${metadata.creationTimestamp ?? ''} ${metadata.uid}`;
  return ageOf(a) < ageOf(b);
}

/** Leaves who has the name as the finding. */
export function noteRival<O extends RedisObject>(state: FocalState<O>, targetOf: TargetOf): Outcome {
  const rival = rivalOf(state, targetOf);
  if (rival === undefined) return next;
  const { group } = namesOf(state.object.metadata.name);
  const { accountId, region } = targetOf(state.scope);
  const place = isInSamePlace(state, rival, targetOf)
    ? `AWS account ${accountId}, region ${region}`
    : `namespace ${rival.metadata.namespace ?? ''}`;
  const holder = `${rival.kind} ${indexValueOf(rival)}`;
  const message = `The name ${group} in ${place} is taken by ${holder}; this object gets it when that one is deleted`;
  state.finding = failed('NameTaken', message);
  return next;
}

/**
 * Wakes those of `kind` that may wait for the name of an object that changes or goes: all that have no group. Whether one
 * does wait is not asked of its status, which may not be in the cache yet when the holder goes.
 */
export function watchingForNames(kind: ResourceKind<RedisObject>): readonly Watch[] {
  const waiting = (changed: RedisObject, cluster: Cluster): readonly NamespacedName[] =>
    cluster
      .cache(kind)
      .byIndex(NAME_INDEX, changed.metadata.name)
      .filter(({ metadata }) => metadata.uid !== changed.metadata.uid)
      .filter((other) => !hasGroup(other))
      .map(({ metadata }) => metadata);
  return KINDS.map((other) => watching(other, waiting));
}
