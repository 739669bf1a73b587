/**
 * What users' objects that are gone have left behind in the control plane.
 *
 * A user's object goes only after its counterpart, so this is about clusters that came back from a backup, and about
 * finalizers that somebody took away. It may be an accident, and data hangs on it: so the absence is asked of the API server
 * itself, its first sight is recorded, and only after a grace time what is left is deleted.
 */
import { ANNOTATIONS } from '../../../api/names.ts';
import { type Pass, stopAndForget, stopWithRequeueDelay } from '../../../composed/index.ts';
import {
  isBeingDeleted,
  type KubeClient,
  type KubeObject,
  type NamespacedName,
  type ObjectKey,
  type ResourceKind,
} from '../../../kube/index.ts';
import type { Cluster, PassEnd, ReconcileAbsent } from '../../../runtime/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import type { ClusterAccess } from '../../common/cluster.ts';
import {
  indexValueOf,
  type MadeForRemote,
  REMOTE_INDEX,
  remoteIndexValue,
  remoteOf,
  SCOPE_INDEX,
} from '../../common/indexes.ts';
import { clusterOf } from '../../common/runtime-cluster.ts';
import { isMadeForUser, type Planes } from './planes.ts';

export interface OrphanDeps {
  readonly planes: Planes;
  /** How long what was left behind is kept. */
  readonly orphanGraceMs: number;
}

/** Makes the `reconcileAbsent` of a controller. `kinds` are those of the control plane, which knows in what order they can go. */
export function reconcileOrphans(
  kind: ResourceKind,
  kinds: readonly ResourceKind<MadeForRemote>[],
  { planes, orphanGraceMs }: OrphanDeps,
): ReconcileAbsent {
  return async (key, pass, cluster) => {
    const controlPlane = clusterOf(planes.controlPlane());
    const orphans = orphansOf(key, kinds, controlPlane, planes);
    if (orphans.length === 0 || !(await isAbsent(kind, key, cluster.client(pass)))) {
      return stopAndForget('nothing was left behind');
    }
    return mostUrgentOf(await awaitAll(orphans.map((orphan) => settle(orphan, { controlPlane, orphanGraceMs }, pass))));
  };
}

/** Makes the `keysElsewhere` of a controller: the objects of a cluster that something of these kinds was made for. */
export function keysOfCounterparts(
  kinds: readonly ResourceKind<MadeForRemote>[],
  { planes }: Pick<OrphanDeps, 'planes'>,
): (cluster: Cluster) => readonly NamespacedName[] {
  return ({ name }) => {
    const scope = planes.scopeOf(name);
    if (scope === undefined) return [];
    const inScope = kinds.flatMap((kind) =>
      planes.controlPlane().cache(kind).byIndex(SCOPE_INDEX, indexValueOf(scope)),
    );
    return inScope.filter(isMadeForUser).flatMap((made) => remoteOf(made) ?? []);
  };
}

/**
 * Asks the API server for a list: where the kind is not served any more there is no answer, while a single object would just
 * be not found.
 */
async function isAbsent(kind: ResourceKind, { namespace, name }: ObjectKey, client: KubeClient): Promise<boolean> {
  const within = namespace === '' ? {} : { namespace };
  const { items } = await client.list(kind, { ...within, fieldSelector: `metadata.name=${name}` });
  return items.length === 0;
}

interface Orphan {
  readonly kind: ResourceKind<MadeForRemote>;
  readonly object: MadeForRemote;
}

function orphansOf(
  key: ObjectKey,
  kinds: readonly ResourceKind<MadeForRemote>[],
  controlPlane: ClusterAccess,
  planes: Planes,
): readonly Orphan[] {
  const scope = planes.scopeOf(key.cluster);
  if (scope === undefined) return [];
  const value = remoteIndexValue(scope.metadata.namespace ?? '', scope.metadata.name, key);
  return kinds.flatMap((kind) =>
    controlPlane
      .byIndex(kind, REMOTE_INDEX, value)
      .filter(isMadeForUser)
      .map((object) => ({ kind, object })),
  );
}

interface Settling {
  readonly controlPlane: ClusterAccess;
  readonly orphanGraceMs: number;
}

/** How long to wait until it may go; undefined when it goes. */
async function settle(
  { kind, object }: Orphan,
  { controlPlane, orphanGraceMs }: Settling,
  pass: Pass,
): Promise<number | undefined> {
  if (isBeingDeleted(object)) return undefined;
  const nowMs = pass.clock.now();
  const since = Date.parse(object.metadata.annotations?.[ANNOTATIONS.orphanedSince] ?? '');
  if (!Number.isFinite(since)) {
    const annotations = { [ANNOTATIONS.orphanedSince]: new Date(nowMs).toISOString() };
    await controlPlane.merge(kind, object, { metadata: { annotations } }, pass);
    pass.log.warn(
      fieldsOf(object),
      'The object of the user that this was made for is gone; it goes too, after a while',
    );
    return orphanGraceMs;
  }
  if (nowMs - since < orphanGraceMs) return orphanGraceMs - (nowMs - since);
  pass.log.warn(fieldsOf(object), 'What was left behind by an object of a user is deleted');
  await controlPlane.delete(kind, object, pass);
  return undefined;
}

function fieldsOf({ kind, metadata: { namespace, name } }: KubeObject): object {
  return { orphan: { kind, namespace, name } };
}

function mostUrgentOf(waits: readonly (number | undefined)[]): PassEnd {
  const delays = waits.filter((wait) => wait !== undefined);
  return delays.length === 0
    ? stopAndForget('what was left behind goes')
    : stopWithRequeueDelay(Math.min(...delays), 'what was left behind is kept for a while');
}
