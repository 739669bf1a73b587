import type { KubeObject, OwnerReference } from '../json.ts';
import { withMetadata } from '../json.ts';
import type { Api } from '../operations/api.ts';
import { remove } from '../operations/delete.ts';
import { isGone } from '../operations/update.ts';
import type { Resource } from '../resource.ts';
import { storageKey } from '../resource.ts';
import { keyOf } from '../store.ts';
import type { Chore } from './loop.ts';

interface Located {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/**
 * Collects garbage (https://kubernetes.io/docs/concepts/architecture/garbage-collection/): deletes objects whose owners
 * are all gone; before an owner in foreground deletion goes, deletes what blocks it; frees the dependents of an owner that
 * goes as an orphan's parent.
 */
export const garbageChore: Chore = {
  name: 'garbage',
  concerns: ({ type, object, previous }) =>
    type === 'DELETED' ||
    object.metadata.deletionTimestamp !== undefined ||
    (object.metadata.ownerReferences ?? []).length > (previous?.metadata.ownerReferences ?? []).length,
  run(api) {
    const all = api.registry
      .storages()
      .flatMap((resource) => api.store.list(storageKey(resource), undefined).map((object) => ({ resource, object })));
    const dependents = all.filter(({ object }) => (object.metadata.ownerReferences ?? []).length > 0);
    const uids = new Set(all.map(({ object }) => object.metadata.uid));
    for (const one of dependents) collect(api, one, uids);
    for (const owner of all) finishOwner(api, owner, dependents);
  },
};

function collect(api: Api, { resource, object }: Located, uids: ReadonlySet<string | undefined>): void {
  const owners = object.metadata.ownerReferences ?? [];
  const present = owners.filter(({ uid }) => uids.has(uid));
  if (present.length === owners.length) return;
  if (present.length === 0) removeNow(api, { resource, object });
  else putOwners(api, { resource, object }, present);
}

function removeNow(api: Api, { resource, object }: Located): void {
  const current = api.store.get(storageKey(resource), keyOf(object));
  if (!current || current.metadata.uid !== object.metadata.uid || current.metadata.deletionTimestamp !== undefined)
    return;
  const target = { resource, ...keyOf(object), subresource: undefined };
  remove(api, target, { dryRun: false, propagation: 'Background', uid: undefined, resourceVersion: undefined });
}

function putOwners(api: Api, { resource, object }: Located, owners: readonly OwnerReference[]): void {
  const current = api.store.get(storageKey(resource), keyOf(object));
  if (current)
    api.store.put(
      storageKey(resource),
      withMetadata(current, { ownerReferences: owners.length === 0 ? undefined : owners }),
    );
}

function finishOwner(api: Api, owner: Located, dependents: readonly Located[]): void {
  const { deletionTimestamp, finalizers = [], uid } = owner.object.metadata;
  if (deletionTimestamp === undefined) return;
  const mine = dependents.filter(({ object }) => object.metadata.ownerReferences?.some((one) => one.uid === uid));
  if (finalizers.includes('orphan')) {
    for (const one of mine)
      putOwners(
        api,
        one,
        (one.object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid),
      );
    dropFinalizer(api, owner, 'orphan');
  }
  if (!finalizers.includes('foregroundDeletion')) return;
  for (const one of mine) removeNow(api, one);
  const blocks = mine.filter(
    ({ resource, object }) => isBlocking(object, uid) && api.store.get(storageKey(resource), keyOf(object)),
  );
  if (blocks.length === 0) dropFinalizer(api, owner, 'foregroundDeletion');
}

function isBlocking(object: KubeObject, uid: string | undefined): boolean {
  return object.metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true) ?? false;
}

function dropFinalizer(api: Api, { resource, object }: Located, finalizer: string): void {
  const current = api.store.get(storageKey(resource), keyOf(object));
  if (!current) return;
  const left = (current.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  const next = withMetadata(current, { finalizers: left.length === 0 ? undefined : left });
  if (isGone(next)) api.store.remove(storageKey(resource), keyOf(current));
  else api.store.put(storageKey(resource), next);
}
