import { whenAborted } from '../util/abort.ts';
import { createLogger } from '../util/log.ts';
import type { OperatorOptions } from './options.ts';
import { createOperator, type OperatorDeps } from './wiring.ts';

/**
 * Runs an operator until `signal` aborts, then stops it: takes no new work, lets passes end, closes everything.
 *
 * *Throws* `ConfigurationError` before anything was started or when a port is taken, and what else keeps it from starting,
 * with nothing left running. That the API server or AWS cannot be reached is no reason to end: the log and `/readyz` say so, and it is tried
 * again.
 */
export async function runOperator(
  options: OperatorOptions,
  signal: AbortSignal,
  deps: OperatorDeps = {},
): Promise<void> {
  const log = deps.log ?? createLogger(options.log.level);
  const operator = createOperator(options, { ...deps, log });
  try {
    log.info({ region: options.aws.region, workers: options.kubernetes.workers }, 'Operator starts');
    await operator.start(signal).catch(ignoreAbortOf(signal));
    if (!signal.aborted) log.info({}, 'Operator is ready');
    await whenAborted(signal);
    log.info({}, 'Operator stops');
  } finally {
    await operator.stop();
  }
}

/** An end that was asked for while the start was under way is no failure of the start. */
function ignoreAbortOf(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
