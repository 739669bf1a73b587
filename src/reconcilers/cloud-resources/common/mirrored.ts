/**
 * Annotations by which users steer what stands for their object.
 *
 * A value is taken over when it changes, and what was taken over is recorded beside it. So what somebody in the control plane
 * has set meanwhile stays, until the user says something new: an object that is paused there is not set going again from
 * here, and a value that says "once, now" does not come back.
 *
 * Of a long value its fingerprint is taken over, which asks for the same: the value itself might be legal for the user, and
 * too long where it stands twice.
 */
import { ANNOTATIONS } from '../../../api/names.ts';
import type { KubeObject } from '../../../kube/index.ts';
import { requestIn } from '../../common/requests.ts';

/** Their change wakes the user's object. */
export const MIRRORED_ANNOTATIONS = [ANNOTATIONS.pause, ANNOTATIONS.reconcileNow, ANNOTATIONS.rotateAuthToken] as const;

/** What of the annotations of `counterpart` has to change for the user's `object`; null takes away. */
export function mirroredChanges(
  object: KubeObject,
  counterpart: KubeObject | undefined,
): Readonly<Record<string, string | null>> {
  const { annotations: present = {} } = counterpart?.metadata ?? {};
  const changes = MIRRORED_ANNOTATIONS.flatMap((key) => {
    const asked = requestIn(object, key);
    if (asked === present[recordOf(key)]) return [];
    const value = asked ?? null;
    return [[key, value] as const, [recordOf(key), value] as const];
  });
  return Object.fromEntries(changes);
}

/** `cloud-manager.kyma-project.io/mirrored-pause` */
function recordOf(key: string): string {
  return key.replace('/', '/mirrored-');
}
