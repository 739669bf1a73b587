import { type Action, named, type Pass } from '../../composed/index.ts';
import { errorsIn } from '../../util/error-message.ts';
import { stopRefused } from '../common/aws-error.ts';
import { failed } from '../common/finding.ts';
import { ForeignSecretError } from '../common/owned-secret.ts';
import { ForeignResourceError, UnprovenResourceError } from '../replication-group/ownership.ts';
import type { RedisObject } from './redis-kind.ts';
import type { RedisState } from './redis-state.ts';

/**
 * Turns "something of this name is not ours", or not certainly so, into an error that the user sees. It is tried again,
 * ever less often, and recovers by itself once the other one is gone.
 */
export function reportForeign<O extends RedisObject, S extends RedisState<O>>(pipeline: Action<S>): Action<S> {
  return named(pipeline.name, async (state: S, pass: Pass) => {
    try {
      return await pipeline(state, pass);
    } catch (error) {
      const foreign = foreignIn(error);
      if (foreign === undefined) throw error;
      pass.log.warn({ reason: foreign.message }, 'Something of our name is not, or not certainly, ours');
      return stopRefused(state, failed('CloudProviderError', foreign.message), pass);
    }
  });
}

const ERRORS = [ForeignResourceError, UnprovenResourceError, ForeignSecretError] as const;

function foreignIn(thrown: unknown): Error | undefined {
  const errors = errorsIn(thrown).filter((error) => error instanceof Error);
  return errors.find((error) => ERRORS.some((kind) => error instanceof kind));
}
