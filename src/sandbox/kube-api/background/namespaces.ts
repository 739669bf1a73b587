import { NAMESPACES } from '../builtin/resources.ts';
import type { Json, KubeObject } from '../json.ts';
import { equalJson, listAt, objectAt } from '../json.ts';
import type { Api } from '../operations/api.ts';
import { timestamp } from '../operations/api.ts';
import { removeObject } from '../operations/delete.ts';
import { isGone } from '../operations/update.ts';
import type { Resource } from '../resource.ts';
import { storageKey } from '../resource.ts';
import { qualified } from '../status.ts';
import { keyOf } from '../store.ts';
import { withCondition } from '../crd/definition.ts';
import type { Chore } from './loop.ts';

const KEY = storageKey(NAMESPACES);

/** Empties a namespace that goes, says what it waits for, and lets it go when it is empty. */
export const namespaceChore: Chore = {
  name: 'namespaces',
  // A change in a namespace that goes counts too: it says what it still waits for.
  concerns: ({ resource, type, object }) =>
    resource === KEY || type === 'DELETED' || object.metadata.deletionTimestamp !== undefined,
  run(api) {
    for (const namespace of api.store.list(KEY, undefined)) {
      if (namespace.metadata.deletionTimestamp !== undefined) empty(api, namespace);
    }
  },
};

function empty(api: Api, namespace: KubeObject): void {
  const name = namespace.metadata.name ?? '';
  const resources = api.registry.storages().filter((resource) => resource.namespaced);
  for (const resource of resources) deleteIn(api, resource, name);
  const left = resources.map((resource) => ({ resource, objects: api.store.list(storageKey(resource), name) }));
  const remaining = left.filter(({ objects }) => objects.length > 0);
  if (remaining.length > 0) announce(api, namespace, remaining);
  else release(api, namespace);
}

function deleteIn(api: Api, resource: Resource, namespace: string): void {
  for (const object of api.store.list(storageKey(resource), namespace)) {
    if (object.metadata.deletionTimestamp === undefined) removeObject(api, resource, object);
  }
}

function release(api: Api, namespace: KubeObject): void {
  const spec = objectAt(namespace, 'spec');
  const finalizers = listAt(spec, 'finalizers');
  const others = finalizers.filter((one) => one !== 'kubernetes');
  const released = { ...namespace, spec: { ...spec, finalizers: others } };
  if (isGone(released)) api.store.remove(KEY, keyOf(namespace));
  else if (others.length !== finalizers.length) api.store.put(KEY, released);
}

interface Remaining {
  readonly resource: Resource;
  readonly objects: readonly KubeObject[];
}

function announce(api: Api, namespace: KubeObject, remaining: readonly Remaining[]): void {
  const kinds = remaining.map(
    ({ resource, objects }) => `${qualified(resource.plural, resource.group)} has ${objects.length} resource instances`,
  );
  const finalizers = Map.groupBy(
    remaining.flatMap(({ objects }) => objects.flatMap(({ metadata }) => metadata.finalizers ?? [])),
    (finalizer) => finalizer,
  );
  const waits = [...finalizers].map(([finalizer, all]) => `${finalizer} in ${all.length} resource instances`);
  const now = timestamp(api.clock);
  const status = objectAt(namespace, 'status');
  const content = {
    type: 'NamespaceContentRemaining',
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${kinds.join(', ')}`,
  } as const;
  const holders = {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${waits.join(', ')}`,
  } as const;
  const conditions: readonly Json[] = [content, holders].reduce(
    (all, change) => withCondition(all, change, now),
    listAt(status, 'conditions'),
  );
  if (!equalJson(conditions, status['conditions']))
    api.store.put(KEY, { ...namespace, status: { ...status, conditions } });
}
