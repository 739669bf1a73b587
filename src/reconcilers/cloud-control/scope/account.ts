import { type Action, next } from '../../../composed/index.ts';
import { accountProblem } from '../../common/account.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import type { AwsState } from './state.ts';

export const validateAccount: Action<AwsState> = async function validateAccount(state, pass) {
  const problem = await accountProblem(state.sts, state.object.spec.scope.aws.accountId, 'Scope');
  return problem === undefined ? next : stopRefused(state, failed('ValidationFailed', problem), pass);
};
