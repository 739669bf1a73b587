import { type Controller, controller, referringBy, watching } from '../../runtime/index.ts';
import { finalizerPermissions, type KubeSecret, type NamespacedName, secretKind } from '../../kube/index.ts';
import { ANNOTATIONS } from '../../api/names.ts';
import { ipRangeKind } from '../../api/cloud-control/v1beta1/ip-range.ts';
import {
  IP_RANGE_INDEX,
  ipRangeIndexValues,
  REMOTE_INDEX,
  remoteIndexValues,
  SCOPE_INDEX,
  scopeIndexValues,
} from '../common/indexes.ts';
import { SECRET_SELECTOR, secretPermissions } from '../common/owned-secret.ts';
import { watchingScope } from '../common/watches.ts';
import { NAME_INDEX, nameIndexValues, watchingForNames } from './name-claim.ts';
import { redisReconciler, type RedisReconcilerDeps } from './reconciler.ts';
import type { RedisKind, RedisObject } from './redis-kind.ts';

/** The controller of one Redis kind: woken by its Scope, its IpRange and the Secret that it publishes. */
export function redisController<O extends RedisObject>(
  redis: RedisKind<O>,
  deps: RedisReconcilerDeps,
  workers: number,
): Controller {
  return controller({
    kind: redis.kind,
    workers,
    reconcile: redisReconciler(redis, deps),
    indexes: {
      [SCOPE_INDEX]: scopeIndexValues,
      [IP_RANGE_INDEX]: ipRangeIndexValues,
      [NAME_INDEX]: nameIndexValues,
      [REMOTE_INDEX]: remoteIndexValues,
    },
    watches: [
      watchingScope(redis.kind),
      watching(ipRangeKind, referringBy(redis.kind, IP_RANGE_INDEX)),
      ...watchingForNames(redis.kind),
      watching(secretKind, redisOf(redis), { labelSelector: SECRET_SELECTOR }),
    ],
    wakingAnnotations: [ANNOTATIONS.pause, ANNOTATIONS.reconcileNow, ANNOTATIONS.rotateAuthToken],
    permissions: [finalizerPermissions(redis.kind), secretPermissions],
  });
}

function redisOf<O extends RedisObject>(redis: RedisKind<O>): (secret: KubeSecret) => readonly NamespacedName[] {
  return ({ metadata }) => {
    const owners = metadata.ownerReferences?.filter(({ kind }) => kind === redis.kind.kind) ?? [];
    return owners.map(({ name }) => ({ namespace: metadata.namespace ?? '', name }));
  };
}
