import {
  type Condition,
  conditionsWithTimes,
  isObjectNotFound,
  type KubeClient,
  type KubeObject,
  mergePatchBetween,
  mergeStatus,
  type ResourceKind,
} from '../kube/index.ts';
import type { StatusInput } from './controller.ts';

interface ObjectWithStatus extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/**
 * Completes a stated status: `observedGeneration` is the generation that the pass has seen; a condition's
 * `lastTransitionTime` moves only when its `status` does, so saying the same again is no change at all.
 */
export function completeStatus(
  previous: ObjectWithStatus['status'],
  stated: StatusInput,
  observedGeneration: number | undefined,
  nowMs: number,
): object {
  const observed = observedGeneration === undefined ? {} : { observedGeneration };
  // A status without conditions says nothing about the spec, so it must not claim to have looked at it.
  if (stated.conditions === undefined) return stated;
  const conditions = stated.conditions.map((condition) => ({ ...observed, ...condition }));
  return { ...observed, ...stated, conditions: conditionsWithTimes(previous?.conditions, conditions, nowMs) };
}

export interface StatusWrite {
  readonly client: KubeClient;
  readonly kind: ResourceKind;
  /** The object as the pass has seen it. */
  readonly seen: KubeObject;
  /** The object as it is known now, with the status as the pass knows it; see `KnownStatus`. */
  readonly current: KubeObject;
  readonly stated: StatusInput;
  readonly nowMs: number;
}

/**
 * Patches the status by what differs, and asks nothing when nothing does.
 *
 * The patch holds for the specification and the status of `current`: what differs was found by comparing with them, and
 * a patch that was held up on its way must not lie over a status that was written since.
 *
 * *Throws* what the client throws, `isConflict` when somebody else changed either; that it went away is no error.
 * *Safe to repeat.*
 */
export async function writeStatus({ client, kind, seen, current, stated, nowMs }: StatusWrite): Promise<void> {
  // Another object may bear the name by now; it gets its own pass.
  if (current.metadata.uid !== seen.metadata.uid) return;
  // A kind under a controller has the conditions of Kubernetes, or no status at all.
  const { status: previous } = current as ObjectWithStatus;
  const completed = completeStatus(previous, stated, seen.metadata.generation, nowMs);
  const change = mergePatchBetween(previous ?? {}, completed);
  if (change === undefined) return;
  try {
    await mergeStatus(client, kind, current, change);
  } catch (error) {
    if (!isObjectNotFound(error)) throw error;
  }
}
