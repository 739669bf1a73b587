import { type Action, named, next, stopWithRequeue } from '../../composed/index.ts';
import { hasSameStatus } from '../../kube/merge-status.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { missingTexts } from '../../util/missing-texts.ts';
import type { ObjectState } from './object-state.ts';

type Labels = Readonly<Record<string, string>>;

/** Kubernetes takes no longer value; names of objects may be longer. */
export const LONGEST_LABEL_VALUE = 63;

/**
 * Gives the object labels by which others find it. Writes only when one of them is missing or another; whoever changes
 * one sees it changed back at the next look, not at once: a label wakes nobody.
 */
export function ensureLabels<O extends KubeObject>(labelsOf: (object: O) => Labels): Action<ObjectState<O>> {
  return named('ensureLabels', async (state: ObjectState<O>, pass) => {
    const before = state.object;
    const missing = missingLabels(before, labelsOf(before));
    if (Object.keys(missing).length === 0) return next;
    state.object = await state.cluster.merge(state.kind, before, { metadata: { labels: missing } }, pass);
    // As after a finalizer: what the pass goes by is read from the status.
    return hasSameStatus(before, state.object) ? next : stopWithRequeue('somebody else has written the status');
  });
}

function missingLabels({ metadata: { labels = {} } }: KubeObject, wanted: Labels): Labels {
  const missing = Object.entries(missingTexts(wanted, labels));
  return Object.fromEntries(missing.filter(([, value]) => value.length <= LONGEST_LABEL_VALUE));
}
