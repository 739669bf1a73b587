/**
 * What users' objects that are gone have left behind in the control plane.
 *
 * A user's object goes only after its counterpart, so this is about clusters that came back from a backup, and about
 * finalizers that somebody took away. It may be an accident, and data hangs on it: so the absence is asked of the API server
 * itself, its first sight is recorded, and only after a grace time what is left is deleted.
 */
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { ANNOTATIONS } from '../../../api/names.ts';
import { type Pass, stopAndForget, stopWithRequeueDelay } from '../../../composed/index.ts';
import {
  isBeingDeleted,
  type KubeClient,
  type KubeObject,
  type ListOptions,
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
  type RemoteRef,
  SCOPE_INDEX,
} from '../../common/indexes.ts';
import { clusterOf } from '../../common/runtime-cluster.ts';
import type { Counterparts } from './counterpart-kinds.ts';
import { listWhereKnown } from './list-where-known.ts';
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
  deps: OrphanDeps,
): ReconcileAbsent {
  return async (key, pass, cluster) => {
    const absence = (client: KubeClient): Promise<boolean> => isAbsent(kind, key, client);
    return endAfter(await settleOrphans({ key, kinds, absence }, deps, pass, cluster));
  };
}

/** Makes the `keysElsewhere` of a controller: the objects of a cluster that something of these kinds was made for. */
export function keysOfCounterparts(
  kinds: readonly ResourceKind<MadeForRemote>[],
  { planes }: Pick<OrphanDeps, 'planes'>,
): (cluster: Cluster) => readonly RemoteRef[] {
  return ({ name }) => {
    const scope = planes.scopeOf(name);
    return scope === undefined ? [] : remotesIn(scope, kinds, planes);
  };
}

/** What may have been left behind by an object. */
interface Left {
  readonly key: ObjectKey;
  readonly kinds: readonly ResourceKind<MadeForRemote>[];
  /** Whether the object is absent. *Throws* when that cannot be told. */
  readonly absence: (client: KubeClient) => Promise<boolean>;
}

/** *Returns* how long to wait for each that is kept for now. */
async function settleOrphans(
  { key, kinds, absence }: Left,
  { planes, orphanGraceMs }: OrphanDeps,
  pass: Pass,
  cluster: Cluster,
): Promise<readonly number[]> {
  const controlPlane = clusterOf(planes.controlPlane());
  const orphans = orphansOf(key, kinds, controlPlane, planes);
  if (orphans.length === 0 || !(await absence(cluster.client(pass)))) return [];
  const waits = await awaitAll(orphans.map((orphan) => settle(orphan, { controlPlane, orphanGraceMs }, pass)));
  return waits.filter((wait) => wait !== undefined);
}

/**
 * Settles all that was left behind in a cluster in which nobody looks after the kinds of users, since it does not have the
 * module: the control plane came back from a backup of when it had. A kind that the cluster does not have has no objects.
 */
export async function settleWithoutModule(
  counterparts: readonly Counterparts[],
  deps: OrphanDeps,
  pass: Pass,
  cluster: Cluster,
): Promise<PassEnd> {
  const scope = deps.planes.scopeOf(cluster.name);
  if (scope === undefined) return stopAndForget('there is no Scope');
  const left = counterparts.flatMap(({ kind, kinds }) =>
    remotesIn(scope, kinds, deps.planes).map((remote): Left => {
      const key = { cluster: cluster.name, ...remote };
      return { key, kinds, absence: (client) => isAbsentOrUnknown(kind, key, client) };
    }),
  );
  const waits = await awaitAll(left.map((one) => settleOrphans(one, deps, pass, cluster)));
  return endAfter(waits.flat());
}

/** The objects of a cluster for which the control plane has something of these kinds. */
function remotesIn(scope: Scope, kinds: readonly ResourceKind<MadeForRemote>[], planes: Planes): readonly RemoteRef[] {
  const controlPlane = clusterOf(planes.controlPlane());
  const made = kinds.flatMap((kind) => controlPlane.byIndex(kind, SCOPE_INDEX, indexValueOf(scope)));
  const remotes = made.filter(isMadeForUser).flatMap((one) => remoteOf(one) ?? []);
  return [...new Map(remotes.map((remote) => [`${remote.namespace}/${remote.name}`, remote])).values()];
}

/**
 * Asks the API server for a list: where the kind is not served any more there is no answer, while a single object would just
 * be not found.
 */
async function isAbsent(kind: ResourceKind, key: ObjectKey, client: KubeClient): Promise<boolean> {
  return (await client.list(kind, only(key))).items.length === 0;
}

async function isAbsentOrUnknown(kind: ResourceKind, key: ObjectKey, client: KubeClient): Promise<boolean> {
  return (await listWhereKnown(kind, client, only(key))).length === 0;
}

function only({ namespace, name }: ObjectKey): ListOptions {
  return { ...(namespace !== '' && { namespace }), fieldSelector: `metadata.name=${name}` };
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

function endAfter(delays: readonly number[]): PassEnd {
  return delays.length === 0
    ? stopAndForget('nothing is left behind, or it goes')
    : stopWithRequeueDelay(Math.min(...delays), 'what was left behind is kept for a while');
}
