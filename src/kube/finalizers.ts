import type { KubeClient } from './client.ts';
import { isInvalid, isObjectNotFound, KubeApiError } from './errors.ts';
import { jsonPatch, type JsonPatchOperation, pointer } from './json-patch.ts';
import type { Permission } from './permission.ts';
import type { KubeObject, ResourceKind } from './resource.ts';

const FINALIZERS = '/metadata/finalizers';
/** Each further try means that somebody changed the finalizers in between; four in a row mean that something is wrong. */
const TRIES = 4;

/** What {@link addFinalizer} and {@link removeFinalizer} ask. */
export function finalizerPermissions(kind: ResourceKind): Permission {
  return { kind, verbs: ['get', 'patch'] };
}

/** Whether the object, as it was read, has the finalizer. */
export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/**
 * Adds a finalizer and leaves those of others alone. Gives back the object as it then is; asks nothing when it is there.
 *
 * *Throws* `isObjectNotFound` when the object is gone or is another one by now. *Safe to repeat.*
 */
export function addFinalizer<T extends KubeObject>(
  client: KubeClient,
  kind: ResourceKind<T>,
  object: T,
  finalizer: string,
): Promise<T> {
  return changeFinalizers(client, kind, object, (current) => {
    if (hasFinalizer(current, finalizer)) return undefined;
    const present = current.metadata.finalizers ?? [];
    // An absent list cannot be tested for; that nothing changed at all can.
    if (present.length === 0) {
      const { resourceVersion } = current.metadata;
      return [
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'add', path: FINALIZERS, value: [finalizer] },
      ];
    }
    return [
      { op: 'test', path: FINALIZERS, value: present },
      { op: 'add', path: `${FINALIZERS}/-`, value: finalizer },
    ];
  });
}

/**
 * Removes a finalizer, after testing that it stands where it is taken from. The object goes away with its last one.
 * Gives back undefined when the object is gone. *Safe to repeat.*
 */
export async function removeFinalizer<T extends KubeObject>(
  client: KubeClient,
  kind: ResourceKind<T>,
  object: T,
  finalizer: string,
): Promise<T | undefined> {
  try {
    return await changeFinalizers(client, kind, object, (current) => {
      const index = current.metadata.finalizers?.indexOf(finalizer) ?? -1;
      if (index < 0) return undefined;
      const path = `${FINALIZERS}${pointer(index)}`;
      return [
        { op: 'test', path, value: finalizer },
        { op: 'remove', path },
      ];
    });
  } catch (error) {
    if (isObjectNotFound(error)) return undefined;
    throw error;
  }
}

/** Patches with tests; when one fails, reads the object again and builds the patch anew. */
async function changeFinalizers<T extends KubeObject>(
  client: KubeClient,
  kind: ResourceKind<T>,
  object: T,
  changeOf: (current: T) => readonly JsonPatchOperation[] | undefined,
): Promise<T> {
  let current = object;
  for (let tries = 1; ; tries += 1) {
    const change = changeOf(current);
    if (change === undefined) return current;
    const sameObject: JsonPatchOperation = { op: 'test', path: '/metadata/uid', value: object.metadata.uid };
    try {
      return await client.patch(kind, current.metadata, jsonPatch(sameObject, ...change));
    } catch (error) {
      // API servers answer a failed test with 422.
      if (!isTestFailure(error) || tries === TRIES) throw error;
      current = await readSame(client, kind, object);
    }
  }
}

function isTestFailure(error: unknown): boolean {
  return isInvalid(error) || (error instanceof KubeApiError && error.code === 409);
}

async function readSame<T extends KubeObject>(client: KubeClient, kind: ResourceKind<T>, object: T): Promise<T> {
  const current = await client.get(kind, object.metadata);
  if (current.metadata.uid === object.metadata.uid) return current;
  throw new KubeApiError({
    code: 404,
    reason: 'NotFound',
    verb: 'patch',
    resource: kind.plural,
    cluster: client.cluster,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    detail: 'it was deleted, and another one bears its name',
  });
}
