import type { ConditionReason, ConditionType, StatusState } from '../../api/conditions.ts';
import type { Condition } from '../../kube/resource.ts';

/** A condition before it is stamped with time and generation. */
export type ConditionDraft = Pick<Condition, 'status' | 'message'> & {
  readonly type: ConditionType;
  readonly reason: ConditionReason;
};

/** What a pass found out about its object, in the words of its status. One finding decides state and conditions. */
export interface Finding {
  readonly state: StatusState;
  readonly reason: ConditionReason;
  /** A sentence for people; the same cause gives the same sentence, or the status would never come to rest. */
  readonly message: string;
  /** Conditions beside those that follow from `state`: `Updating`, `InvalidDependency`, ... Default: none. */
  readonly also?: readonly ConditionDraft[];
}

export function ready(message = 'Ready', reason: ConditionReason = 'Ready'): Finding {
  return { state: 'Ready', reason, message };
}

/** Work is under way, or something is waited for. */
export function processing(message: string, reason: ConditionReason = 'Processing'): Finding {
  return { state: 'Processing', reason, message };
}

/** The asked state cannot be reached as things are. */
export function failed(reason: ConditionReason, message: string): Finding {
  return { state: 'Error', reason, message };
}

export function deleting(message: string): Finding {
  return { state: 'Deleting', reason: 'Deleting', message };
}

/** Nothing is broken, but what the user asked for is held back. */
export function heldBack(reason: ConditionReason, message: string): Finding {
  return { state: 'Warning', reason, message };
}
