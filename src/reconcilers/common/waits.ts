import { type Stop, stopWithRequeueDelay } from '../../composed/index.ts';
import { isBeingDeleted } from '../../kube/resource.ts';
import type { Clock } from '../../util/clock.ts';
import { deleting, processing } from './finding.ts';
import type { ObjectState } from './object-state.ts';

/** Since when objects wait for something; a restart may forget it, it only makes the next pauses shorter. */
export interface Waits {
  /**
   * How long `key`, an object by its uid or something of it, has waited; asking begins the wait.
   *
   * @param waitScale - Gives it in the time of the real AWS. Default: 1, the time that passed here.
   */
  elapsedMs(key: string, clock: Clock, waitScale?: number): number;
  end(key: string): void;
}

export function createWaits(): Waits {
  const sinceMs = new Map<string, number>();
  return {
    elapsedMs(key, clock, waitScale = 1) {
      const nowMs = clock.monotonicMs();
      const beganMs = sinceMs.get(key) ?? nowMs;
      sinceMs.set(key, beganMs);
      return (nowMs - beganMs) / waitScale;
    },
    end: (key) => void sinceMs.delete(key),
  };
}

/** Leaves in the status what has to come first, and looks again after `delayMs` of the real AWS. */
export function stopWaiting(
  state: Pick<ObjectState, 'object' | 'finding' | 'waitScale'>,
  message: string,
  delayMs: number,
): Stop {
  state.finding = isBeingDeleted(state.object) ? deleting(message) : processing(message);
  return stopWithRequeueDelay(delayMs * state.waitScale, message);
}
