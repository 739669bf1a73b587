import type { KubeObject, OwnerReference } from '../json.ts';
import { withMetadata } from '../json.ts';
import type { Api } from '../operations/api.ts';
import { removeObject } from '../operations/delete.ts';
import { isGone } from '../operations/update.ts';
import { storageKey } from '../resource.ts';
import type { Change, Store } from '../store.ts';
import { keyOf } from '../store.ts';
import type { Chore } from './loop.ts';
import type { Located } from './ownership.ts';
import { Ownership } from './ownership.ts';

/**
 * Collects garbage (https://kubernetes.io/docs/concepts/architecture/garbage-collection/): deletes objects whose owners
 * are all gone; before an owner in foreground deletion goes, deletes what blocks it; frees the dependents of an owner that
 * goes as an orphan's parent.
 *
 * Only the objects that a change can concern are looked at: the changed one, its owners, and its dependents when it went.
 */
export function createGarbageChore(store: Store): Chore {
  const ownership = new Ownership(store);
  const due = new Set<string>();
  return {
    name: 'garbage',
    concerns(change) {
      const uids = isRelevant(change) ? concernedBy(change, ownership) : [];
      for (const uid of uids) due.add(uid);
      return uids.length > 0;
    },
    run(api) {
      const uids = [...due];
      due.clear();
      for (const uid of uids) collect(api, ownership, uid);
      for (const uid of uids) finishOwner(api, ownership, uid);
    },
  };
}

const ownersOf = ({ metadata }: KubeObject): readonly OwnerReference[] => metadata.ownerReferences ?? [];

function isRelevant({ type, object, previous }: Change): boolean {
  return (
    type === 'DELETED' ||
    object.metadata.deletionTimestamp !== undefined ||
    ownersOf(object).length > (previous ? ownersOf(previous).length : 0)
  );
}

function concernedBy({ type, object }: Change, ownership: Ownership): readonly string[] {
  const { uid } = object.metadata;
  if (uid === undefined) return [];
  const dependents = type === 'DELETED' ? ownership.dependentsOf(uid) : [];
  return [
    uid,
    ...ownersOf(object).map((owner) => owner.uid),
    ...dependents.flatMap((dependent) => dependent.object.metadata.uid ?? []),
  ];
}

/** Deletes a dependent without owners; takes the references to owners that are gone from one that has others. */
function collect(api: Api, ownership: Ownership, uid: string): void {
  const located = ownership.find(uid);
  if (!located) return;
  const owners = ownersOf(located.object);
  const present = owners.filter((owner) => ownership.find(owner.uid) !== undefined);
  if (present.length === owners.length) return;
  if (present.length === 0) removeNow(api, located);
  else putOwners(api, located, present);
}

function removeNow(api: Api, { storage, object }: Located): void {
  if (object.metadata.deletionTimestamp !== undefined) return;
  const resource = api.registry.storages().find((one) => storageKey(one) === storage);
  if (resource) removeObject(api, resource, object);
}

function putOwners(api: Api, { storage, object }: Located, owners: readonly OwnerReference[]): void {
  api.store.put(storage, withMetadata(object, { ownerReferences: owners.length === 0 ? undefined : owners }));
}

function finishOwner(api: Api, ownership: Ownership, uid: string): void {
  const finalizers = deletionFinalizersOf(ownership.find(uid));
  if (finalizers.includes('orphan')) {
    for (const dependent of ownership.dependentsOf(uid)) {
      const others = ownersOf(dependent.object).filter((owner) => owner.uid !== uid);
      putOwners(api, dependent, others);
    }
    dropFinalizer(api, ownership.find(uid), 'orphan');
  }
  if (!finalizers.includes('foregroundDeletion')) return;
  for (const dependent of ownership.dependentsOf(uid)) removeNow(api, dependent);
  const isBlocked = ownership.dependentsOf(uid).some(({ object }) => isBlocking(object, uid));
  if (!isBlocked) dropFinalizer(api, ownership.find(uid), 'foregroundDeletion');
}

/** What holds an object back that is being deleted. */
function deletionFinalizersOf(located: Located | undefined): readonly string[] {
  const { deletionTimestamp, finalizers = [] } = located?.object.metadata ?? {};
  return deletionTimestamp === undefined ? [] : finalizers;
}

function isBlocking(object: KubeObject, uid: string): boolean {
  return ownersOf(object).some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true);
}

function dropFinalizer(api: Api, located: Located | undefined, finalizer: string): void {
  if (!located) return;
  const { storage, object } = located;
  const left = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  const next = withMetadata(object, { finalizers: left.length === 0 ? undefined : left });
  if (isGone(next)) api.store.remove(storage, keyOf(object));
  else api.store.put(storage, next);
}
