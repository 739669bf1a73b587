import { CUSTOM_RESOURCE_DEFINITIONS } from '../builtin/resources.ts';
import { CLEANUP_FINALIZER, definitionStatus, resourcesOf, withCondition } from '../crd/definition.ts';
import type { JsonObject, KubeObject } from '../json.ts';
import { equalJson, listAt, objectAt, withMetadata } from '../json.ts';
import type { Api } from '../operations/api.ts';
import { timestamp } from '../operations/api.ts';
import { removeObject } from '../operations/delete.ts';
import { fieldsAfterUpdate, withManagedFields } from '../patch/managed-fields.ts';
import { storageKey } from '../resource.ts';
import { keyOf } from '../store.ts';
import type { Chore } from './loop.ts';

const DEFINITIONS = storageKey(CUSTOM_RESOURCE_DEFINITIONS);

/** Establishes definitions whose names are free, and empties those that go before they do. */
export const definitionChore: Chore = {
  name: 'definitions',
  // What is deleted may be the last object that a definition waits for.
  concerns: ({ resource, type }) => resource === DEFINITIONS || type === 'DELETED',
  run(api) {
    for (const definition of api.store.list(DEFINITIONS, undefined)) {
      if (definition.metadata.deletionTimestamp === undefined) establish(api, definition);
      else cleanUp(api, definition);
    }
  },
};

function establish(api: Api, definition: KubeObject): void {
  const others = api.store.list(DEFINITIONS, undefined);
  const status = definitionStatus(definition, others, timestamp(api.clock));
  if (!equalJson(status, definition['status'])) putStatus(api, definition, status);
}

function putStatus(api: Api, definition: KubeObject, status: JsonObject): void {
  const next = { ...definition, status };
  const resource = api.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
  const writer = {
    manager: 'kube-apiserver',
    apiVersion: 'apiextensions.k8s.io/v1',
    subresource: 'status',
    builtin: true,
    now: timestamp(api.clock),
  };
  const fields = fieldsAfterUpdate(definition, next, writer, resource?.schema ?? {});
  api.store.put(DEFINITIONS, withManagedFields(next, fields));
}

function cleanUp(api: Api, definition: KubeObject): void {
  const [resource] = resourcesOf(definition);
  const instances = resource ? api.store.list(storageKey(resource), undefined) : [];
  for (const instance of instances) {
    if (!resource || instance.metadata.deletionTimestamp !== undefined) continue;
    removeObject(api, resource, instance);
  }
  const left = resource ? api.store.list(storageKey(resource), undefined).length : 0;
  if (left === 0) finish(api, definition);
  else announce(api, definition);
}

function finish(api: Api, definition: KubeObject): void {
  const finalizers = (definition.metadata.finalizers ?? []).filter((one) => one !== CLEANUP_FINALIZER);
  if (finalizers.length === 0) api.store.remove(DEFINITIONS, keyOf(definition));
  else if (finalizers.length !== definition.metadata.finalizers?.length) {
    api.store.put(DEFINITIONS, withMetadata(definition, { finalizers }));
  }
}

function announce(api: Api, definition: KubeObject): void {
  const status = objectAt(definition, 'status');
  const change = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  } as const;
  const conditions = withCondition(listAt(status, 'conditions'), change, timestamp(api.clock));
  if (!equalJson(conditions, status['conditions'])) putStatus(api, definition, { ...status, conditions });
}
