import { type EventInput, findCondition } from '../../kube/index.ts';
import type { Finding } from './finding.ts';
import type { Reported } from './status.ts';

/**
 * What is worth an Event in a finding: a change of state, and another cause of the same trouble. What the status says
 * already is no news, and neither is each thing that is waited for on the way.
 */
export function newsOf(object: Reported, finding: Finding | undefined): EventInput | undefined {
  if (finding === undefined) return undefined;
  const { state, reason, message } = finding;
  const isTrouble = state === 'Error' || state === 'Warning';
  const isNewState = object.status?.state !== state;
  const isNewCause = isTrouble && findCondition(object.status?.conditions, state)?.message !== message;
  return isNewState || isNewCause ? { type: isTrouble ? 'Warning' : 'Normal', reason, message } : undefined;
}
