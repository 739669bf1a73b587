import { type Action, named, type Pass } from '../../composed/index.ts';
import { stopRefused } from '../common/aws-error.ts';
import { failed } from '../common/finding.ts';
import { ForeignResourceError } from '../replication-group/ownership.ts';
import { ForeignSecretError } from './connection-secret.ts';
import type { RedisObject } from './redis-kind.ts';
import type { RedisState } from './redis-state.ts';

/**
 * Turns "this name is taken by somebody else" into an error that the user sees. It is tried again, ever less often, and
 * recovers by itself once the other one is gone.
 */
export function reportForeign<O extends RedisObject, S extends RedisState<O>>(pipeline: Action<S>): Action<S> {
  return named(pipeline.name, async (state: S, pass: Pass) => {
    try {
      return await pipeline(state, pass);
    } catch (error) {
      const foreign = foreignIn(error);
      if (foreign === undefined) throw error;
      pass.log.warn({ reason: foreign.message }, 'A name is taken by somebody else');
      return stopRefused(state, failed('CloudProviderError', foreign.message), pass);
    }
  });
}

function foreignIn(error: unknown): Error | undefined {
  if (error instanceof AggregateError) return error.errors.map(foreignIn).find((found) => found !== undefined);
  return error instanceof ForeignResourceError || error instanceof ForeignSecretError ? error : undefined;
}
