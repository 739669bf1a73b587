/**
 * Which object of the control plane stands for an object of a user's cluster: that whose name is the `status.id`.
 *
 * The id is recorded before it is used, so that nothing is made twice. Users may write statuses, and backups bring old ones
 * back, so an id counts only when what it names was made for this very object, or does not exist. One that was lost is
 * found again by what the objects of the control plane say of themselves.
 */
import { randomUUID } from 'node:crypto';
import { type Action, named, next } from '../../../composed/index.ts';
import type { ResourceKind } from '../../../kube/index.ts';
import { type MadeForRemote, REMOTE_INDEX, type RemoteRef, remoteIndexValue, remoteOf } from '../../common/indexes.ts';
import { isMadeForUser } from './planes.ts';
import type { InScope, UserObject } from './user-object.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Records an id unless there is one that counts. `kind` is that of the control plane. */
export function ensureId<O extends UserObject, C extends MadeForRemote>(kind: ResourceKind<C>): Action<InScope<O>> {
  return named('ensureId', async (state: InScope<O>, pass) => {
    if (hasId(state, kind)) return next;
    const [oldest] = counterpartsOf(state, kind);
    const id = oldest?.metadata.name ?? randomUUID();
    state.object = await state.cluster.recordStatus(state.kind, state.object, { id }, pass);
    return next;
  });
}

/** Whether the recorded id counts. */
function hasId<C extends MadeForRemote>(state: InScope, kind: ResourceKind<C>): boolean {
  const { id } = state.object.status ?? {};
  if (id === undefined || !UUID.test(id)) return false;
  const named = state.controlPlane.get(kind, namespaceOf(state), id);
  if (named !== undefined) return isMadeFor(named, state);
  // It was not made yet, or is gone; unless another one stands for the object.
  return counterpartsOf(state, kind).length === 0;
}

/** All that was made for the object, the oldest first; more than one only after a backup came back. */
export function counterpartsOf<C extends MadeForRemote>(state: InScope, kind: ResourceKind<C>): readonly C[] {
  const value = remoteIndexValue(namespaceOf(state), state.scope.metadata.name, refOf(state.object));
  const made = state.controlPlane.byIndex(kind, REMOTE_INDEX, value).filter(isMadeForUser);
  return made.toSorted((a, b) => ageKey(a).localeCompare(ageKey(b)));
}

/** Whether an object of the control plane was made for this one. */
export function isMadeFor(made: MadeForRemote, { object, scope }: InScope): boolean {
  const remote = remoteOf(made);
  const own = refOf(object);
  return (
    isMadeForUser(made) &&
    made.spec.scope.name === scope.metadata.name &&
    remote?.namespace === own.namespace &&
    remote.name === own.name
  );
}

/** How the control plane names the object. */
export function refOf({ metadata: { namespace = '', name } }: UserObject): RemoteRef {
  return { namespace, name };
}

/** Where all that is made for the users of a cluster is. */
export function namespaceOf({ scope }: Pick<InScope, 'scope'>): string {
  return scope.metadata.namespace ?? '';
}

function ageKey({ metadata: { creationTimestamp = '', name } }: MadeForRemote): string {
  return `${creationTimestamp} ${name}`;
}
