import { type Action, next } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import type { AwsState } from './state.ts';

/** The credentials have to be those of the account that the Scope names, or all that follows would go elsewhere. */
export const validateAccount: Action<AwsState> = async function validateAccount(state, pass) {
  const asked = state.object.spec.scope.aws.accountId;
  const { accountId } = await state.sts.getCallerIdentity();
  if (accountId === asked) return next;
  const message = `The Scope is in account ${asked}, but the credentials are those of account ${accountId}`;
  return stopRefused(state, failed('ValidationFailed', message), pass);
};
