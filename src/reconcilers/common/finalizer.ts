import {
  type Action,
  named,
  next,
  type Outcome,
  type Pass,
  sequence,
  stopAndForget,
  stopWithRequeue,
  stopWithRequeueDelay,
} from '../../composed/index.ts';
import { FINALIZER, LEGACY_FINALIZERS } from '../../api/names.ts';
import { hasFinalizer } from '../../kube/finalizers.ts';
import { hasSameStatus } from '../../kube/merge-status.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { deleting } from './finding.ts';
import type { ObjectState } from './object-state.ts';
import { restOfUnansweredMs } from './unanswered.ts';

/** Adds our finalizer, before anything is made that has to be taken down again. Writes only when it is missing. */
export function ensureFinalizer<O extends KubeObject>(): Action<ObjectState<O>> {
  return named('ensureFinalizer', async (state: ObjectState<O>, pass) => {
    const before = state.object;
    if (hasFinalizer(before, FINALIZER)) return next;
    state.object = await state.cluster.addFinalizer(state.kind, before, FINALIZER, pass);
    // What the pass goes by is read from the status, and is what somebody else may have written by now.
    return hasSameStatus(before, state.object) ? next : stopWithRequeue('somebody else has written the status');
  });
}

/** Lets the object go: the last action of a deletion, after all is confirmed gone, and nothing can come late. */
export function deleteFinalizer<O extends KubeObject>(): Action<ObjectState<O>> {
  return sequence<ObjectState<O>>('deleteFinalizer', reportUnanswered, releaseFinalizer<O>(), () =>
    stopAndForget('deleted'),
  );
}

function reportUnanswered(
  state: Pick<ObjectState, 'finding' | 'unansweredAtMs' | 'waitScale'>,
  { clock }: Pass,
): Outcome {
  if (restOfUnansweredMs(state.unansweredAtMs, state.waitScale, clock) > 0) {
    state.finding = deleting('AWS did not answer a request, and may still carry it out.');
  }
  return next;
}

/**
 * Takes our finalizers away from an object for which nothing is left to take down, and nothing can come late: whoever
 * comes back after that wait has to look for all of it again.
 */
export function releaseFinalizer<O extends KubeObject>(): Action<ObjectState<O>> {
  return named('releaseFinalizer', async (state: ObjectState<O>, pass) => {
    const restMs = restOfUnansweredMs(state.unansweredAtMs, state.waitScale, pass.clock);
    if (restMs > 0) return stopWithRequeueDelay(restMs, 'an unanswered request may still be carried out');
    const ours = [FINALIZER, ...LEGACY_FINALIZERS].filter((name) => hasFinalizer(state.object, name));
    if (ours.length > 0) await state.cluster.removeFinalizers(state.kind, state.object, ours, pass);
    state.isReleased = true;
    return next;
  });
}
