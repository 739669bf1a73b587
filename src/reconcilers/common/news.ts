import { type EventInput, findCondition } from '../../kube/index.ts';
import type { Finding } from './finding.ts';
import { plainState, type Reported, toldState } from './status.ts';

/**
 * What is worth an Event in a finding: a change of state, and another cause of an error. What the status says already is
 * no news, and neither is what the pass has told already, nor each thing that is waited for on the way, such as each user
 * that holds up a deletion.
 */
export function newsOf(
  object: Reported,
  finding: Finding | undefined,
  told: readonly EventInput[] = [],
): EventInput | undefined {
  if (finding === undefined) return undefined;
  const { state, reason, message } = finding;
  const isNewState = toldState(object) !== plainState(state);
  const isNewCause = state === 'Error' && findCondition(object.status?.conditions, 'Error')?.message !== message;
  if (!(isNewState || isNewCause) || told.some((one) => one.message === message)) return undefined;
  return { type: state === 'Error' || state === 'Warning' ? 'Warning' : 'Normal', reason, message };
}

/** Something was not as it has to be, by somebody else's doing, and is again; `message` says what. */
export function repaired(message: string): EventInput {
  return { type: 'Normal', reason: 'Repaired', message };
}
