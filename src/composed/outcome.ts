/**
 * What an action says about the way on: a value, never an exception.
 *
 * - `next`: go on with the next action.
 * - `stopAndForget`: nothing more to do until something changes.
 * - `stopWithRequeue`: progress was made; look again at once (no backoff).
 * - `stopWithRequeueDelay`: look again after `delayMs` milliseconds.
 *
 * `action` names the action that stopped the pipeline; `reason` says why, in words for a log or a trace.
 */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'stopAndForget'; readonly reason: string; readonly action?: string }
  | { readonly kind: 'stopWithRequeue'; readonly reason: string; readonly action?: string }
  | {
      readonly kind: 'stopWithRequeueDelay';
      readonly delayMs: number;
      readonly reason: string;
      readonly action?: string;
    };

/** An outcome that ends the pipeline. */
export type Stop = Exclude<Outcome, { kind: 'next' }>;

/** Goes on with the next action. */
export const next: Outcome = Object.freeze({ kind: 'next' });

/** Ends the pipeline: there is nothing more to do until something changes. */
export function stopAndForget(reason: string): Stop {
  return { kind: 'stopAndForget', reason };
}

/** Ends the pipeline and looks again at once, because progress was made. */
export function stopWithRequeue(reason: string): Stop {
  return { kind: 'stopWithRequeue', reason };
}

/** *Throws* `RangeError` when `delayMs` is not a finite number of at least 0: a lost delay would be a lost object. */
export function stopWithRequeueDelay(delayMs: number, reason: string): Stop {
  if (!Number.isFinite(delayMs) || delayMs < 0) throw new RangeError(`delayMs must be 0 or more, got ${delayMs}`);
  return { kind: 'stopWithRequeueDelay', delayMs, reason };
}

/** Whether an outcome ends the pipeline. */
export function isStop(outcome: Outcome): outcome is Stop {
  return outcome.kind !== 'next';
}

/** Milliseconds until the object should be looked at again; `Infinity` for "not before something changes". */
export function requeueAfterMs(stop: Stop): number {
  switch (stop.kind) {
    case 'stopWithRequeue':
      return 0;
    case 'stopWithRequeueDelay':
      return stop.delayMs;
    case 'stopAndForget':
      return Infinity;
  }
}

/** The stop that wants to come back soonest; the earlier one among equals. `next` only when nothing stopped. */
export function mostUrgent(outcomes: readonly Outcome[]): Outcome {
  let urgent: Outcome = next;
  for (const outcome of outcomes) {
    if (!isStop(outcome)) continue;
    if (!isStop(urgent) || isMoreUrgent(outcome, urgent)) urgent = outcome;
  }
  return urgent;
}

function isMoreUrgent(a: Stop, b: Stop): boolean {
  if (requeueAfterMs(a) !== requeueAfterMs(b)) return requeueAfterMs(a) < requeueAfterMs(b);
  return a.kind === 'stopWithRequeue' && b.kind !== 'stopWithRequeue';
}

/**
 * A failure that trying again cannot mend: the object rests until its spec, or what it names as its cause, changes.
 */
export class TerminalError extends Error {
  override readonly name: string = 'TerminalError';
}
