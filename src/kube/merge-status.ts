import type { KubeClient } from './client.ts';
import { isConflict } from './errors.ts';
import { isSameJson, type Json, mergePatch } from './json-patch.ts';
import type { Permission } from './permission.ts';
import type { KubeObject, ResourceKind } from './resource.ts';

/** Somebody may edit without end, but hardly within the moment between a read and a patch five times in a row. */
const TRIES = 5;

/** What {@link mergeStatus} asks. */
export function statusPermissions(kind: ResourceKind): readonly Permission[] {
  return [
    { kind, subresource: 'status', verbs: ['patch'] },
    { kind, verbs: ['get'] },
  ];
}

/**
 * Merges `fields` into the status, as long as what they were found with still holds: the same object, with the
 * specification and the status of `seen`. Edits of all else (annotations, labels) do not hold it up.
 *
 * Each patch is for one version of the object, so one that is held up on its way does not lie over a newer status.
 *
 * *Throws* what the client throws: `isConflict` when the specification or the status changed, `isObjectNotFound` when
 * the object is gone. *Safe to repeat.*
 */
export async function mergeStatus<T extends KubeObject>(
  client: KubeClient,
  kind: ResourceKind<T>,
  seen: T,
  fields: object | Json,
): Promise<T> {
  let { resourceVersion } = seen.metadata;
  for (let tries = 1; ; tries += 1) {
    try {
      return await client.patchStatus(
        kind,
        seen.metadata,
        mergePatch({ metadata: { resourceVersion }, status: fields }),
      );
    } catch (error) {
      if (!isConflict(error) || tries === TRIES) throw error;
      const current = await client.get(kind, seen.metadata);
      if (!isSameJson(factsOf(current), factsOf(seen))) throw error;
      ({ resourceVersion } = current.metadata);
    }
  }
}

/** Whether nobody has written the status of the one since it was that of the other. */
export function hasSameStatus(one: ObjectWithStatus, other: ObjectWithStatus): boolean {
  return isSameJson(statusOf(one), statusOf(other));
}

type ObjectWithStatus = KubeObject & { readonly status?: unknown };

function statusOf({ status }: ObjectWithStatus): unknown {
  return status ?? null;
}

/** What a status is about. `null` stands for what is absent, which JSON cannot tell. */
function factsOf(object: ObjectWithStatus): object {
  const { uid, generation, deletionTimestamp } = object.metadata;
  return [uid, generation ?? null, deletionTimestamp ?? null, statusOf(object)];
}
