import { type Action, named, next, type Pass } from '../../../composed/index.ts';
import type { ResourceKind } from '../../../kube/index.ts';
import type { MadeForRemote } from '../../common/indexes.ts';
import { counterpartOf } from './id.ts';
import { mirroredChanges } from './mirrored.ts';
import { reportSubmission, submitted } from './submission.ts';
import type { InScope, UserObject } from './user-object.ts';

/**
 * Passes the annotations on by which users steer what stands for their object, and nothing else: also to one that is being
 * deleted, whose deletion they may want to hold up, or to go on.
 */
export function mirrorAnnotations<O extends UserObject, C extends MadeForRemote>(
  kind: ResourceKind<C>,
): Action<InScope<O>> {
  const mirror = named('mirrorAnnotations', async (state: InScope<O>, pass: Pass) => {
    const made = counterpartOf(state, kind);
    if (made === undefined) return next;
    const annotations = mirroredChanges(state.object, made);
    if (Object.keys(annotations).length === 0) return next;
    await submitted(state.controlPlane.merge(kind, made, { metadata: { annotations } }, pass));
    return next;
  });
  return reportSubmission(mirror);
}
