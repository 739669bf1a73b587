import { USER_CONDITION_TYPES, type UserState } from '../../api/cloud-resources/v1beta1/conditions.ts';
import { CONDITION_TYPES, type StatusState } from '../../api/conditions.ts';
import { type ConditionInput, findCondition } from '../../kube/conditions.ts';
import type { Condition } from '../../kube/resource.ts';
import type { Clock } from '../../util/clock.ts';
import type { ConditionDraft, Finding, Reason } from './finding.ts';

/** The part of a status that every kind has. */
export interface ReportedStatus {
  /** For people; of some kinds a word of AWS. See {@link toldState}. */
  readonly state?: string;
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
}

/** That of a kind whose state is one of our words. */
export interface CommonStatus extends ReportedStatus {
  readonly state?: StatusState;
}

/** A status as a pass states it: when its conditions last changed is added by the runtime, which writes it. */
export interface StatedStatus extends Omit<ReportedStatus, 'conditions'> {
  readonly conditions?: readonly ConditionInput[];
}

/** As much of an object as its status is judged by. */
export interface Reported {
  readonly metadata: { readonly generation?: number };
  readonly status?: ReportedStatus | undefined;
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

const OUR_TYPES: ReadonlySet<string> = new Set([...CONDITION_TYPES, ...Object.keys(USER_CONDITION_TYPES)]);

function foreignConditions(conditions: readonly Condition[] = []): readonly Condition[] {
  return conditions.filter((condition) => !OUR_TYPES.has(condition.type));
}

/** Whether the object was found ready for the specification that it has now. */
export function isReady(object: Reported): boolean {
  const condition = findCondition(object.status?.conditions, 'Ready');
  return condition?.status === 'True' && object.status?.observedGeneration === (object.metadata.generation ?? 0);
}

/** Of objects that are in deletion: what goes just now. */
const DELETING_REASONS: ReadonlySet<string> = new Set([
  'Deleting',
  'DeletingAuthSecret',
  'DeletingInstance',
] satisfies Reason[]);

/** The state that the conditions amount to, whatever word `status.state` has for it; undefined when they say nothing. */
export function toldState({ status }: Reported): StatusState | undefined {
  const isTrue = (type: string): boolean => findCondition(status?.conditions, type)?.status === 'True';
  if (isTrue('Error')) return 'Error';
  if (isTrue('Warning')) return 'Warning';
  const ready = findCondition(status?.conditions, 'Ready');
  if (ready?.status !== 'False') return ready && 'Ready';
  return DELETING_REASONS.has(ready.reason) ? 'Deleting' : 'Processing';
}

/** The state of a finding, as {@link toldState} tells it back: the user's words for work under way are one. */
export function plainState(state: StatusState | UserState): StatusState {
  return state === 'Creating' || state === 'Updating' ? 'Processing' : state;
}

/** How long the object has been in trouble, in milliseconds; 0 when it is not, or only since now. */
export function troubleAgeMs({ status }: Reported, clock: Clock): number {
  const since = ['Error', 'Warning'].flatMap((type) => {
    const condition = findCondition(status?.conditions, type);
    return condition?.status === 'True' ? [Date.parse(condition.lastTransitionTime)] : [];
  });
  return since.length === 0 ? 0 : Math.max(0, clock.now() - Math.min(...since));
}
