import { type EventInput, findCondition } from '../../kube/index.ts';
import type { Finding } from './finding.ts';
import type { Reported } from './status.ts';

/**
 * What is worth an Event in a finding: a change of state, and another cause of an error. What the status says already is
 * no news, and neither is each thing that is waited for on the way, such as each user that holds up a deletion.
 */
export function newsOf(object: Reported, finding: Finding | undefined): EventInput | undefined {
  if (finding === undefined) return undefined;
  const { state, reason, message } = finding;
  const isNewState = object.status?.state !== state;
  const isNewCause = state === 'Error' && findCondition(object.status?.conditions, 'Error')?.message !== message;
  if (!isNewState && !isNewCause) return undefined;
  return { type: state === 'Error' || state === 'Warning' ? 'Warning' : 'Normal', reason, message };
}
