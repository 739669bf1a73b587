import type {
  UserConditionReason,
  UserConditionType,
  UserState,
} from '../../api/cloud-resources/v1beta1/conditions.ts';
import type { ConditionReason, ConditionType, StatusState } from '../../api/conditions.ts';
import type { Condition } from '../../kube/resource.ts';

/** One of the words for it, of the control plane's kinds or of the user's. */
export type Reason = ConditionReason | UserConditionReason;

/** A condition before it is stamped with time and generation. */
export type ConditionDraft = Pick<Condition, 'status' | 'message'> & {
  readonly type: ConditionType | UserConditionType;
  readonly reason: Reason;
};

/** What a pass found out about its object, in the words of its status. One finding decides state and conditions. */
export interface Finding {
  readonly state: StatusState | UserState;
  readonly reason: Reason;
  /** A sentence for people; the same cause gives the same sentence, or the status would never come to rest. */
  readonly message: string;
  /** Conditions beside those that follow from `state`: `Updating`, `InvalidDependency`, ... Default: none. */
  readonly also?: readonly ConditionDraft[];
}

export function ready(message = 'Ready', reason: Reason = 'Ready'): Finding {
  return { state: 'Ready', reason, message };
}

/** Work is under way, or something is waited for. */
export function processing(message: string, reason: Reason = 'Processing'): Finding {
  return { state: 'Processing', reason, message };
}

/** The asked state cannot be reached as things are. */
export function failed(reason: Reason, message: string): Finding {
  return { state: 'Error', reason, message };
}

export function deleting(message: string): Finding {
  return { state: 'Deleting', reason: 'Deleting', message };
}

/** Nothing is broken, but what the user asked for is held back. */
export function heldBack(reason: Reason, message: string): Finding {
  return { state: 'Warning', reason, message };
}
