import type { Action, Pass } from './action.ts';
import { isStop, type Outcome, stopAndForget, type Stop } from './outcome.ts';

/**
 * Runs one action: keeps the trace, stamps the action's name on a stop that has none yet (so the innermost action is
 * named), and does not start it when the pass is over.
 *
 * *Throws* the pass's abort reason, and whatever the action throws.
 */
export async function runAction<S>(action: Action<S>, state: S, pass: Pass): Promise<Outcome> {
  pass.signal.throwIfAborted();
  const depth = pass.depth ?? 0;
  const startMs = pass.clock.monotonicMs();
  const record = (result: Outcome['kind'] | 'error', reason?: string): void => {
    const durationMs = pass.clock.monotonicMs() - startMs;
    pass.trace.push({ action: action.name, depth, durationMs, result, ...(reason !== undefined && { reason }) });
  };
  try {
    const outcome = await action(state, { ...pass, depth: depth + 1 });
    record(outcome.kind, isStop(outcome) ? outcome.reason : undefined);
    return isStop(outcome) && outcome.action === undefined ? { ...outcome, action: action.name } : outcome;
  } catch (error) {
    record('error', error instanceof Error ? error.name : 'unknown');
    throw error;
  }
}

/**
 * Runs a whole pipeline. The end of a pipeline is `stopAndForget`; nobody has to remember it.
 *
 * *Throws* what an action throws, and the pass's abort reason.
 */
export async function runPipeline<S>(pipeline: Action<S>, state: S, pass: Pass): Promise<Stop> {
  const outcome = await runAction(pipeline, state, pass);
  return isStop(outcome) ? outcome : stopAndForget('done');
}
