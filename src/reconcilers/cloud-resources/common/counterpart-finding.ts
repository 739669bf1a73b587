import { USER_CONDITION_REASONS, type UserConditionReason } from '../../../api/cloud-resources/v1beta1/conditions.ts';
import { findCondition, isBeingDeleted } from '../../../kube/index.ts';
import { type ConditionDraft, failed, type Finding, heldBack, processing, ready } from '../../common/finding.ts';
import { toldState } from '../../common/status.ts';
import type { Counterpart, CounterpartState } from './counterpart.ts';
import type { UserObject } from './user-object.ts';
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
  const tell = (message: string): string => inUserWords(message, state, words);
  const finding = toldBy(counterpart, tell) ?? underWay(counterpart, isMade(counterpart), tell);
  const also = alsoTold(counterpart, finding, tell);
  return also.length === 0 ? finding : { ...finding, also: [...(finding.also ?? []), ...also] };
}

type Tell = (message: string) => string;

/** Undefined while work is under way, or nothing is known of what is asked now. */
function toldBy(counterpart: Counterpart, tell: Tell): Finding | undefined {
  const { status, metadata } = counterpart;
  if (isBeingDeleted(counterpart) || status?.observedGeneration !== metadata.generation) return undefined;
  const told = toldState(counterpart);
  switch (told) {
    case 'Ready':
      return ready();
    case 'Error':
    case 'Warning': {
      const { reason = '', message = '' } = findCondition(status?.conditions, told) ?? {};
      return told === 'Error' ? failed(userReason(reason), tell(message)) : heldBack(userReason(reason), tell(message));
    }
    case 'Processing':
    case 'Deleting':
    case undefined:
      return undefined;
  }
}

function underWay({ status }: Counterpart, isChange: boolean, tell: Tell): Finding {
  const message = tell(waitingFor(findCondition(status?.conditions, 'Ready')?.message));
  if (!isChange) {
    const submitted = { type: 'Submitted', status: 'True', reason: 'SubmissionSucceeded', message } as const;
    return { state: 'Creating', reason: 'SubmissionSucceeded', message, also: [submitted] };
  }
  const what = tell(findCondition(status?.conditions, 'Updating')?.message ?? message);
  return { state: 'Updating', reason: 'Updating', message: what, also: [updating(what)] };
}

function waitingFor(message: string | undefined): string {
  return message === undefined || message === 'Ready' ? 'The control plane works on it.' : message;
}

/** What goes on beside the state: maintenance of AWS, and that somebody has paused it. */
function alsoTold({ status }: Counterpart, { state }: Finding, tell: Tell): ConditionDraft[] {
  const also: ConditionDraft[] = [];
  const update = findCondition(status?.conditions, 'Updating');
  if (state !== 'Updating' && update?.status === 'True') also.push(updating(tell(update.message)));
  const paused = findCondition(status?.conditions, 'Paused');
  if (paused?.status === 'True') {
    also.push({ type: 'Paused', status: 'True', reason: 'Paused', message: tell(paused.message) });
  }
  return also;
}

function updating(message: string): ConditionDraft {
  return { type: 'Updating', status: 'True', reason: 'Updating', message };
}

/** The control plane's own word where users have the same one. */
function userReason(reason: string): UserConditionReason {
  // A key of the table is one of its type.
  return Object.hasOwn(USER_CONDITION_REASONS, reason) ? (reason as UserConditionReason) : 'Error';
}
