import { type Action, named, type Pass, stopAndForget } from '../../composed/index.ts';
import { isNamespaceTerminating, isRefusal, refusalMessage } from '../../kube/index.ts';
import { errorsIn } from '../../util/error-message.ts';
import { stopRefused } from './aws-error.ts';
import { failed } from './finding.ts';
import type { ObjectState } from './object-state.ts';

/**
 * Runs `pipeline` and turns a refusal of Kubernetes into a finding and a stop: the object says what to grant or to mend, and
 * tries again by itself, ever less often. That of its own status cannot be shown in it, but by the Event of the finding.
 *
 * A namespace that goes takes nothing new: no error. All else (conflicts, a server that is out of reach) goes on, and is the
 * business of the controller's backoff.
 */
export function reportKubeErrors<S extends ObjectState>(pipeline: Action<S>): Action<S> {
  return named(pipeline.name, async (state: S, pass: Pass) => {
    try {
      return await pipeline(state, pass);
    } catch (error) {
      const errors = errorsIn(error);
      // What the namespace holds is deleted next, and the deletion of the object begins another pass.
      if (errors.every(isNamespaceTerminating)) return stopAndForget('the namespace is being deleted');
      const refusal = errors.find(isRefusal);
      if (refusal === undefined) throw error;
      pass.log.warn({ error }, 'Kubernetes refused a request');
      return stopRefused(state, failed('KubernetesRefused', refusalMessage(refusal)), pass);
    }
  });
}
