import { CONDITION_TYPES, type StatusState } from '../../api/conditions.ts';
import { type ConditionInput, findCondition } from '../../kube/conditions.ts';
import type { Condition } from '../../kube/resource.ts';
import type { Clock } from '../../util/clock.ts';
import type { ConditionDraft, Finding } from './finding.ts';

/** The part of a status that every kind has. */
export interface CommonStatus {
  readonly state?: StatusState;
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
}

/** A status as a pass states it: when its conditions last changed is added by the runtime, which writes it. */
export interface StatedStatus extends Omit<CommonStatus, 'conditions'> {
  readonly conditions?: readonly ConditionInput[];
}

/** As much of an object as its status is judged by. */
export interface Reported {
  readonly metadata: { readonly generation?: number };
  readonly status?: CommonStatus | undefined;
}

/**
 * Turns the finding of a pass into state, conditions and `observedGeneration`.
 *
 * `Ready` is always there, `True` or `False` with the reason why not; `Error` and `Warning` are there exactly in the
 * state of that name. `Stalled` is for programs that wait (kstatus): without it, `False` says that it is still going on.
 * Conditions of a type that is not ours stay. Without a finding nothing changes: a pass that could
 * not find out anything says nothing.
 */
export function commonStatusOf(object: Reported, finding: Finding | undefined): StatedStatus {
  const { state, conditions, observedGeneration } = object.status ?? {};
  if (finding === undefined) {
    return {
      ...(state !== undefined && { state }),
      ...(conditions !== undefined && { conditions }),
      ...(observedGeneration !== undefined && { observedGeneration }),
    };
  }
  const generation = object.metadata.generation ?? 0;
  const drafts = draftsOf(finding).map((draft) => ({ ...draft, observedGeneration: generation }));
  return {
    state: finding.state,
    conditions: [...foreignConditions(conditions), ...drafts],
    observedGeneration: generation,
  };
}

function draftsOf(finding: Finding): ConditionDraft[] {
  const { state, reason, message } = finding;
  const drafts: ConditionDraft[] = [{ type: 'Ready', status: state === 'Ready' ? 'True' : 'False', reason, message }];
  if (state === 'Error') drafts.push({ type: 'Error', status: 'True', reason, message });
  if (state === 'Warning') drafts.push({ type: 'Warning', status: 'True', reason, message });
  if (isStalled(finding)) drafts.push({ type: 'Stalled', status: 'True', reason, message });
  return [...drafts, ...(finding.also ?? [])];
}

/**
 * Whether it takes somebody to go on. What may come by itself, because it is written together with the object in no
 * certain order, is no reason to give up for who waits for the object.
 */
function isStalled({ state, reason }: Finding): boolean {
  return (state === 'Error' || state === 'Warning') && reason !== 'ScopeNoFound';
}

function foreignConditions(conditions: readonly Condition[] = []): readonly Condition[] {
  const ours: readonly string[] = CONDITION_TYPES;
  return conditions.filter((condition) => !ours.includes(condition.type));
}

/** Whether the object was found ready for the specification that it has now. */
export function isReady(object: Reported): boolean {
  const condition = findCondition(object.status?.conditions, 'Ready');
  return condition?.status === 'True' && object.status?.observedGeneration === (object.metadata.generation ?? 0);
}

/** How long the object has been in error, in milliseconds; 0 when it is not, or only since now. */
export function errorAgeMs(object: Reported, clock: Clock): number {
  const condition = findCondition(object.status?.conditions, 'Error');
  if (condition?.status !== 'True') return 0;
  return Math.max(0, clock.now() - Date.parse(condition.lastTransitionTime));
}
