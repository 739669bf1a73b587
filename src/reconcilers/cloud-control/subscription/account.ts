import { type Action, next } from '../../../composed/index.ts';
import { accountProblem } from '../../common/account.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import type { AwsState } from './state.ts';

/** Whether the account can be entered, and is the one that the Subscription names. */
export const validateAccount: Action<AwsState> = async function validateAccount(state, pass) {
  const { account } = state.object.spec.details.aws;
  const problem = await accountProblem(state.sts, account, 'Subscription');
  if (problem !== undefined) return stopRefused(state, failed('InvalidBinding', problem), pass);
  state.account = account;
  return next;
};
