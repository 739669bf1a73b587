import type { Condition } from './resource.ts';

/** A condition as a reconciler states it: when it last changed is not its business. */
export type ConditionInput = Omit<Condition, 'lastTransitionTime'>;

/** In characters; an object whose condition says more is not taken at all. */
export const LONGEST_CONDITION_MESSAGE = 32_768;

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function kubeTime(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The condition of a type; undefined when there is none. */
export function findCondition<C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the object says `type` of itself, about the spec that it has now. */
export function isConditionTrue(
  object: {
    readonly metadata: { readonly generation?: number };
    readonly status?: { readonly conditions?: readonly Condition[] } | undefined;
  },
  type: string,
): boolean {
  const condition = findCondition(object.status?.conditions, type);
  if (condition?.status !== 'True') return false;
  const { observedGeneration } = condition;
  return observedGeneration === undefined || observedGeneration >= (object.metadata.generation ?? 0);
}

/**
 * Completes stated conditions with their times: `lastTransitionTime` is carried over where `status` is as it was, and
 * is `nowMs` where it is not. Saying the same again therefore changes nothing. Of a message stays what there is room for.
 */
export function conditionsWithTimes(
  previous: readonly Condition[] | undefined,
  stated: readonly ConditionInput[],
  nowMs: number,
): Condition[] {
  return stated.map((condition) => {
    const before = findCondition(previous, condition.type);
    const isUnchanged = before?.status === condition.status;
    const message = cut(condition.message);
    return { ...condition, message, lastTransitionTime: isUnchanged ? before.lastTransitionTime : kubeTime(nowMs) };
  });
}

function cut(message: string): string {
  if (message.length <= LONGEST_CONDITION_MESSAGE) return message;
  // The cut may go through a pair of surrogates.
  return `${message.slice(0, LONGEST_CONDITION_MESSAGE - 1).toWellFormed()}…`;
}
