/**
 * An object that somebody has paused: nothing is done for it, in AWS or in Kubernetes, its deletion included, until the
 * annotation is taken away. Its status says so, and otherwise what it said before: no new specification was looked at.
 */
import { ANNOTATIONS } from '../../api/names.ts';
import { next, type Outcome, stopAndForget } from '../../composed/index.ts';
import { findCondition } from '../../kube/conditions.ts';
import { isBeingDeleted, type KubeObject } from '../../kube/resource.ts';
import type { ObjectState, StatusObject } from './object-state.ts';
import type { StatedStatus } from './status.ts';

/** Any value but `true` pauses nothing. */
export function isPaused({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.annotations?.[ANNOTATIONS.pause] === 'true';
}

/** Stops while the object is paused. Its change wakes it. */
export function waitWhilePaused(state: Pick<ObjectState, 'object' | 'news'>): Outcome {
  const { object, news } = state;
  const wasPaused = findCondition(object.status?.conditions, 'Paused') !== undefined;
  const isNow = isPaused(object);
  if (isNow && !wasPaused) news.push({ type: 'Normal', reason: 'Paused', message: messageFor(object) });
  if (!isNow && wasPaused) news.push({ type: 'Normal', reason: 'Resumed', message: 'Work on the object goes on' });
  return isNow ? stopAndForget('paused') : next;
}

/** Adds to what a pass states of an object that it is paused, or takes that away. */
export function withPause(object: StatusObject, stated: StatedStatus): StatedStatus {
  const others = stated.conditions?.filter(({ type }) => type !== 'Paused');
  if (!isPaused(object)) return others === undefined ? stated : { ...stated, conditions: others };
  const observedGeneration = stated.observedGeneration ?? -1;
  const condition = { type: 'Paused', status: 'True', reason: 'Paused', message: messageFor(object) } as const;
  return { ...stated, observedGeneration, conditions: [...(others ?? []), condition] };
}

function messageFor(object: KubeObject): string {
  const deletion = isBeingDeleted(object) ? ', its deletion neither' : '';
  return `Nothing is done for this object${deletion}, until the annotation ${ANNOTATIONS.pause} is taken away.`;
}
