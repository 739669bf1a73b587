import type { ReplicationGroup } from '../../aws/index.ts';
import { type Outcome, type Pass, stopWithRequeueDelay } from '../../composed/index.ts';
import type { Finding } from '../common/finding.ts';
import { updating } from './findings.ts';
import { noteAttempt, restBefore } from './memory.ts';
import type { Correction } from './differences.ts';
import type { ProvideState } from './state.ts';
import { beginPhase, waitForAws } from './waiting.ts';

/** One change of the running group. `message` tells people; `what` and the aim together name the change. */
export interface Modification {
  readonly what: string;
  readonly message: string;
  readonly correction: Correction;
  /** How the object stands meanwhile. Default: it is updating. */
  readonly finding?: Finding | undefined;
  /** What has to stand before AWS is asked, which it is not while the change rests. Default: nothing. */
  readonly beforeAsking?: () => Promise<void>;
  /** Called when AWS has accepted the change. Default: nothing. */
  readonly onAccepted?: () => void;
}

/**
 * Asks AWS for one change, and stops until it is carried out: AWS takes the next one only then.
 *
 * A change that was asked for before and still is a difference waits ever longer; the status says so.
 */
export async function modifyGroup(state: ProvideState, pass: Pass, modification: Modification): Promise<Outcome> {
  const restMs = restBefore(state.memory, modification.what, pass.clock.monotonicMs());
  if (restMs > 0) {
    state.finding = updating(`AWS has accepted this before, and does not show it: ${modification.message}`);
    return stopWithRequeueDelay(restMs, 'AWS does not show an accepted change');
  }
  await modification.beforeAsking?.();
  const answer = await send(state, modification.correction);
  modification.onAccepted?.();
  noteAttempt(state.memory, modification.what, pass.clock.monotonicMs());
  state.observed.group = answer;
  state.announce({ type: 'Normal', reason: 'Updating', message: modification.message });
  state.finding = modification.finding ?? updating(modification.message);
  state.memory.change = modification.message;
  // Some changes take effect at once, and the group never leaves `available`.
  const phase = answer.status === 'available' ? 'settling' : 'modifying';
  beginPhase(state, pass, phase);
  return waitForAws(state, pass, phase, modification.message);
}

function send({ clients, identity }: ProvideState, correction: Correction): Promise<ReplicationGroup> {
  const { elastiCache } = clients;
  const id = identity.names.group;
  switch (correction.kind) {
    case 'modify':
      return elastiCache.modifyReplicationGroup(id, correction.change);
    case 'shards':
      return elastiCache.changeShards(id, correction.count, correction.nodeGroupsToRemove);
    case 'replicas':
      return elastiCache.changeReplicas(id, correction.count, correction.direction);
  }
}
