import { type Action, named, next, type Pass, stopAndForget } from '../../../composed/index.ts';
import { isBeingDeleted, type ResourceKind } from '../../../kube/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import type { Counterpart } from './counterpart.ts';
import { deletionFindingOf } from './counterpart-finding.ts';
import { counterpartsOf, isMadeFor, controlPlaneNamespaceOf } from './id.ts';
import { reportSubmission, submitted } from './submission.ts';
import { type InScope, recordedId, type UserObject } from './user-object.ts';

/** Deletes all that was made for the object in the control plane, and waits until nothing is left of it. */
export function deleteCounterparts<O extends UserObject, C extends Counterpart>(
  kind: ResourceKind<C>,
): Action<InScope<O>> {
  const deleteLeft = named('deleteCounterparts', async (state: InScope<O>, pass: Pass) => {
    const left = await leftOf(state, kind, pass);
    const [first] = left;
    if (first === undefined) return next;
    const staying = left.filter((made) => !isBeingDeleted(made));
    await awaitAll(staying.map((made) => submitted(state.controlPlane.delete(kind, made, pass))));
    state.finding ??= deletionFindingOf(first, state);
    return stopAndForget('the counterpart is being deleted');
  });
  return reportSubmission(deleteLeft);
}

/** What the cache has, and what it may not know yet: the object of the recorded id is asked for once more. */
async function leftOf<C extends Counterpart>(state: InScope, kind: ResourceKind<C>, pass: Pass): Promise<readonly C[]> {
  const known = counterpartsOf(state, kind);
  const id = recordedId(state.object);
  if (known.length > 0 || id === undefined) return known;
  const made = await submitted(state.controlPlane.read(kind, controlPlaneNamespaceOf(state), id, pass));
  return made !== undefined && isMadeFor(made, state) ? [made] : [];
}
