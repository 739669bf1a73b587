import { type Pass, type Stop, stopWithRequeueDelay } from '../../composed/index.ts';
import { nextLookMs, nextTickMs } from '../common/look-times.ts';
import { noteWrite } from './memory.ts';
import type { ReplicationGroupState } from './state.ts';
import { SCHEDULES, type WaitPhase } from './wait-schedule.ts';

/** Stops until AWS may be done with `phase`. `beganAt` is AWS's own time of its beginning, where it tells one. */
export function waitForAws(
  state: ReplicationGroupState,
  pass: Pass,
  phase: WaitPhase,
  reason: string,
  beganAt?: Date,
): Stop {
  const elapsedMs = Math.max(elapsedMsOf(state, pass, phase), beganAt ? pass.clock.now() - beganAt.getTime() : 0);
  const { waitScale: scale, waitTickMs: tickMs } = state.timing;
  const grid = { scale, tickMs, place: state.place };
  return stopWithRequeueDelay(nextTickMs(SCHEDULES[phase], elapsedMs, pass.clock.now(), grid), reason);
}

/** How long we have seen the phase; the first look begins it. */
export function elapsedMsOf({ memory }: ReplicationGroupState, { clock }: Pass, phase: WaitPhase): number {
  const nowMs = clock.monotonicMs();
  if (memory.phase?.name !== phase) memory.phase = { name: phase, sinceMs: nowMs };
  return nowMs - memory.phase.sinceMs;
}

/** Begins a phase anew: a write has just set AWS to work. */
export function beginPhase({ memory }: ReplicationGroupState, { clock }: Pass, phase: WaitPhase): void {
  noteWrite(memory);
  memory.phase = { name: phase, sinceMs: clock.monotonicMs() };
}

/** Stops until the next look at rest, or until `dueMs` when that is sooner. */
export function rest(state: ReplicationGroupState, pass: Pass, reason: string, dueMs = Infinity): Stop {
  const lookMs = nextLookMs(state.timing.lookIntervalMs, pass.clock.now(), state.place);
  return stopWithRequeueDelay(Math.min(lookMs, dueMs), reason);
}
