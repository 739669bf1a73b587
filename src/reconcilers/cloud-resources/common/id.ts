/**
 * Which object of the control plane stands for an object of a user's cluster: that whose name is the `status.id`.
 *
 * The id is recorded before it is used, so that nothing is made twice. Users may write statuses, and backups bring old ones
 * back, so an id counts only when what it names was made for this very object, or does not exist. One that was lost is
 * found again by what the objects of the control plane say of themselves.
 */
import { randomUUID } from 'node:crypto';
import { type Action, named, next, type Pass } from '../../../composed/index.ts';
import { isBeingDeleted, type ResourceKind } from '../../../kube/index.ts';
import { ageKey } from '../../common/age-key.ts';
import { type MadeForRemote, REMOTE_INDEX, type RemoteRef, remoteIndexValue, remoteOf } from '../../common/indexes.ts';
import { isMadeForUser } from './planes.ts';
import { type InScope, recordedId, type UserObject } from './user-object.ts';

/** Records an id unless there is one that counts. `kind` is that of the control plane. */
export function ensureId<O extends UserObject, C extends MadeForRemote>(kind: ResourceKind<C>): Action<InScope<O>> {
  return named('ensureId', async (state: InScope<O>, pass) => {
    const standing = counterpartOf(state, kind);
    const id = recordedId(state.object);
    const counts = standing === undefined ? isFree(state, kind, id) : standing.metadata.name === id;
    if (!counts) await recordId(state, standing?.metadata.name ?? randomUUID(), pass);
    return next;
  });
}

/** Records an id that nothing has, in place of one that turned out to be taken. */
export function recordAnotherId<O extends UserObject>(state: InScope<O>, pass: Pass): Promise<void> {
  return recordId(state, randomUUID(), pass);
}

/** Of two passes that mean to record an id, one does: the other fails, and begins anew with what is recorded by then. */
async function recordId<O extends UserObject>(state: InScope<O>, id: string, pass: Pass): Promise<void> {
  state.object = await state.cluster.recordStatus(state.kind, state.object, { id }, pass);
}

function isFree<C extends MadeForRemote>(state: InScope, kind: ResourceKind<C>, id: string | undefined): boolean {
  return id !== undefined && state.controlPlane.get(kind, controlPlaneNamespaceOf(state), id) === undefined;
}

/** What stands for an object, as far as the cache knows: what its id names, or else the first that was made for it. */
export function counterpartOf<C extends MadeForRemote>(state: OfUser, kind: ResourceKind<C>): C | undefined {
  return counterpartsOf(state, kind)[0];
}

/** As much as it takes to find what was made for an object, be it that of the pass or another one of the cluster. */
export type OfUser = Pick<InScope, 'object' | 'scope' | 'controlPlane'>;

/**
 * All that was made for an object, that of the recorded id before the rest, what is being deleted last, the oldest first. More
 * than one there is only after somebody took away an id in the very moment in which it was used.
 */
export function counterpartsOf<C extends MadeForRemote>(state: OfUser, kind: ResourceKind<C>): readonly C[] {
  const id = recordedId(state.object);
  const recorded = id === undefined ? undefined : state.controlPlane.get(kind, controlPlaneNamespaceOf(state), id);
  const value = remoteIndexValue(controlPlaneNamespaceOf(state), state.scope.metadata.name, refOf(state.object));
  const found = state.controlPlane.byIndex(kind, REMOTE_INDEX, value).filter(isMadeForUser);
  const others = found.filter(({ metadata }) => metadata.name !== id).toSorted(byRank);
  return recorded !== undefined && isMadeFor(recorded, state) ? [recorded, ...others] : others;
}

/**
 * Whether an object of the control plane was made for this one. Its label is not asked, because somebody may have taken
 * it away: what it refers to nobody can change.
 */
export function isMadeFor(made: MadeForRemote, { object, scope }: Pick<InScope, 'object' | 'scope'>): boolean {
  const remote = remoteOf(made);
  const own = refOf(object);
  return (
    made.spec.scope.name === scope.metadata.name && remote?.namespace === own.namespace && remote.name === own.name
  );
}

/** How the control plane names the object. */
export function refOf({ metadata: { namespace = '', name } }: UserObject): RemoteRef {
  return { namespace, name };
}

/** Where all that is made for the users of a cluster is. */
export function controlPlaneNamespaceOf({ scope }: Pick<InScope, 'scope'>): string {
  return scope.metadata.namespace ?? '';
}

function byRank(a: MadeForRemote, b: MadeForRemote): number {
  return Number(isBeingDeleted(a)) - Number(isBeingDeleted(b)) || (ageKey(a) < ageKey(b) ? -1 : 1);
}
