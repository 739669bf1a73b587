import { type Action, type Pass, runPipeline } from '../composed/index.ts';
import type { PassEnd, ReconcileResult, StatusInput } from './controller.ts';

/**
 * Runs a pipeline over a state and gives back what the runtime wants: the outcome, also of a pipeline that threw, and
 * the status that state and outcome amount to. `statusOf` is pure; undefined leaves the status as it is.
 */
export async function reconcilePipeline<S>(
  pipeline: Action<S>,
  state: S,
  pass: Pass,
  statusOf: (state: S, end: PassEnd) => StatusInput | undefined,
): Promise<ReconcileResult> {
  let outcome: PassEnd;
  try {
    outcome = await runPipeline(pipeline, state, pass);
  } catch (error) {
    outcome = { kind: 'failed', error };
  }
  return { outcome, status: statusOf(state, outcome) };
}
