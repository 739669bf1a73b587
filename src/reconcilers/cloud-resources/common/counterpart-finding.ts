import { USER_CONDITION_REASONS, type UserConditionReason } from '../../../api/cloud-resources/v1beta1/conditions.ts';
import type { ConditionReason } from '../../../api/conditions.ts';
import { type Condition, findCondition, isBeingDeleted } from '../../../kube/index.ts';
import {
  type ConditionDraft,
  deleting,
  failed,
  type Finding,
  heldBack,
  processing,
  ready,
} from '../../common/finding.ts';
import { toldState } from '../../common/status.ts';
import type { Counterpart, CounterpartState } from './counterpart.ts';
import type { InScope, UserObject } from './user-object.ts';
import { inUserWords, type UserWords, wordsOf } from './words.ts';

/** How a kind tells more of its counterparts than all kinds have. */
export interface TellOptions<C extends Counterpart> {
  /** Whether what is asked exists already, so that what goes on is a change of it. */
  readonly isMade: (counterpart: C) => boolean;
  /** The user's other objects that messages may speak of. Default: none. */
  readonly words?: UserWords;
}

/**
 * What a user is told, from what the control plane says of the counterpart: pure, so that the same facts give the same
 * words. What the control plane has not looked at since it was changed last says nothing of what is asked now.
 */
export function findingOf<O extends UserObject, C extends Counterpart>(
  state: CounterpartState<O, C>,
  { isMade, words = wordsOf(state) }: TellOptions<C>,
): Finding {
  const { counterpart } = state;
  if (counterpart === undefined) return processing('The control plane has not been asked yet.');
  const tell = tellerFor(state, words);
  const finding = endIn(counterpart, tell) ?? underWay(counterpart, isMade(counterpart), tell);
  return withAlso(finding, alsoTold(counterpart, finding, tell));
}

/** What a user is told while the counterpart is being deleted: what is waited for, or what is in the way. */
export function deletionFindingOf(counterpart: Counterpart, state: InScope): Finding {
  const tell = tellerFor(state, wordsOf(state));
  const told = isBeingDeleted(counterpart) && isCurrent(counterpart) ? counterpart : undefined;
  const progress = findCondition(told?.status?.conditions, 'Ready');
  const message =
    progress?.reason === 'Deleting' ? tell(progress.message) : 'What stands for it in AWS is being deleted.';
  const finding = (told && troubleIn(told, tell)) ?? deleting(message);
  return withAlso(finding, alsoTold(counterpart, finding, tell));
}

type Tell = (message: string) => string;

function tellerFor(state: Pick<InScope, 'scope'>, words: UserWords): Tell {
  return (message) => inUserWords(message, state, words);
}

/** Whether what the status says is about what is asked now. */
function isCurrent({ status, metadata }: Counterpart): boolean {
  return status?.observedGeneration === metadata.generation;
}

/** Undefined while work is under way, or nothing is known of what is asked now. */
function endIn(counterpart: Counterpart, tell: Tell): Finding | undefined {
  if (isBeingDeleted(counterpart) || !isCurrent(counterpart)) return undefined;
  return toldState(counterpart) === 'Ready' ? ready() : troubleIn(counterpart, tell);
}

function troubleIn(counterpart: Counterpart, tell: Tell): Finding | undefined {
  const state = toldState(counterpart);
  if (state !== 'Error' && state !== 'Warning') return undefined;
  const { reason = '', message = '' } = findCondition(counterpart.status?.conditions, state) ?? {};
  const told = OWN_TROUBLES.has(reason)
    ? 'The control plane has trouble of its own; its operators have to mend it.'
    : tell(message);
  return state === 'Error' ? failed(userReason(reason), told) : heldBack(userReason(reason), told);
}

function underWay(counterpart: Counterpart, isChange: boolean, tell: Tell): Finding {
  const message = tell(progressOf(counterpart));
  if (!isChange) {
    const submitted = { type: 'Submitted', status: 'True', reason: 'SubmissionSucceeded', message } as const;
    const finding = isWaiting(counterpart)
      ? processing(message, 'WaitingDependency')
      : ({ state: 'Creating', reason: 'SubmissionSucceeded', message } as const);
    return { ...finding, also: [submitted] };
  }
  const update = trueCondition(counterpart, 'Updating');
  const what = update === undefined ? message : tell(update.message);
  return { state: 'Updating', reason: 'Updating', message: what, also: [updating(what)] };
}

/** For the network of the cluster: nothing is being made. */
function isWaiting(counterpart: Counterpart): boolean {
  const waiting: ConditionReason = 'WaitingDependency';
  return isCurrent(counterpart) && findCondition(counterpart.status?.conditions, 'Ready')?.reason === waiting;
}

function progressOf(counterpart: Counterpart): string {
  const told = findCondition(counterpart.status?.conditions, 'Ready');
  return told?.status === 'False' && isCurrent(counterpart) ? told.message : 'The control plane works on it.';
}

/** What goes on beside the state: maintenance of AWS, and that somebody has paused it. */
function alsoTold(counterpart: Counterpart, { state }: Finding, tell: Tell): ConditionDraft[] {
  const update = trueCondition(counterpart, 'Updating');
  const paused = trueCondition(counterpart, 'Paused');
  return [
    ...(update === undefined || state === 'Updating' ? [] : [updating(tell(update.message))]),
    ...(paused === undefined
      ? []
      : [{ type: 'Paused', status: 'True', reason: 'Paused', message: tell(paused.message) } as const]),
  ];
}

function trueCondition({ status }: Counterpart, type: string): Condition | undefined {
  const condition = findCondition(status?.conditions, type);
  return condition?.status === 'True' ? condition : undefined;
}

function withAlso(finding: Finding, also: readonly ConditionDraft[]): Finding {
  return also.length === 0 ? finding : { ...finding, also: [...(finding.also ?? []), ...also] };
}

function updating(message: string): ConditionDraft {
  return { type: 'Updating', status: 'True', reason: 'Updating', message };
}

/** About Kubernetes there, which is nothing to users. */
const OWN_TROUBLES: ReadonlySet<string> = new Set(['KubernetesRefused', 'SecretContested'] satisfies ConditionReason[]);

/** Words of both that mean another thing to users. */
const OTHER_MEANINGS: ReadonlySet<string> = new Set([...OWN_TROUBLES, 'NameTaken' satisfies ConditionReason]);

/** The control plane's own word where users have the same one. */
function userReason(reason: string): UserConditionReason {
  const isSame = Object.hasOwn(USER_CONDITION_REASONS, reason) && !OTHER_MEANINGS.has(reason);
  // A key of the table is one of its type.
  return isSame ? (reason as UserConditionReason) : 'Error';
}
