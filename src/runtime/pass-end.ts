import { requeueAfterMs, TerminalError, type TraceEntry } from '../composed/index.ts';
import { isConflict } from '../kube/index.ts';
import { lacksAuthority, WriteRefusedError } from '../util/call.ts';
import type { Logger } from '../util/log.ts';
import type { PassEnd } from './controller.ts';
import { DeadlineExceededError } from './deadline.ts';
import type { PassResult } from './metrics.ts';
import type { WorkEnd } from './work-queue.ts';

/** The program ends. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** What the end of a pass is to the queue. */
export function workEndOf(end: PassEnd | undefined): WorkEnd {
  // No object, or not ours: whoever brings it back adds it.
  if (end === undefined) return { kind: 'done' };
  if (end.kind === 'failed') return workEndAfter(end.error);
  if (end.kind === 'stopWithRequeue') return { kind: 'progress' };
  const delayMs = requeueAfterMs(end);
  return delayMs === Infinity ? { kind: 'done' } : { kind: 'later', delayMs };
}

/** A lease is renewed every other second, and the object of a lost one is dropped at the next try. */
const WITHOUT_AUTHORITY_MS = 1_000;

function workEndAfter(error: unknown): WorkEnd {
  if (error instanceof TerminalError) return { kind: 'done' };
  // No failure. Who gains the authority wakes the object; this is for a lease that is only renewed late.
  if (lacksAuthority(error)) return { kind: 'later', delayMs: WITHOUT_AUTHORITY_MS };
  return { kind: isConflict(error) ? 'conflict' : 'failed' };
}

/** What it is to the metrics. */
export function resultOf(end: PassEnd): PassResult {
  switch (end.kind) {
    case 'stopAndForget':
      return 'done';
    case 'stopWithRequeue':
      return 'requeue';
    case 'stopWithRequeueDelay':
      return 'requeue_later';
    case 'failed':
      return failureOf(end.error);
  }
}

function failureOf(error: unknown): PassResult {
  if (error instanceof TerminalError) return 'terminal';
  if (error instanceof DeadlineExceededError) return 'deadline';
  if (error instanceof StoppedError) return 'canceled';
  if (error instanceof WriteRefusedError || lacksAuthority(error)) return 'refused';
  return isConflict(error) ? 'conflict' : 'error';
}

/** What it is to the log. */
export function report(log: Logger, end: PassEnd, trace: readonly TraceEntry[], durationMs: number): void {
  log.debug({ trace, outcome: end.kind, durationMs }, 'Pass ended');
  if (end.kind !== 'failed') return;
  const { error } = end;
  const result = failureOf(error);
  if (result === 'canceled') log.debug({}, 'Pass was cut off by the stop');
  // The loss of a lease is told once, not by every pass.
  else if (result === 'refused') log.debug({ error }, 'Pass may not write any more');
  // Somebody else changed the object since it was read: the next pass, after a short pause that grows, sees it so.
  else if (result === 'conflict') log.debug({ error }, 'Pass met a change by somebody else');
  else log.warn({ error, result }, 'Pass failed');
}
