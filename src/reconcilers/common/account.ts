import type { StsClient } from '../../aws/sts/client.ts';

/** The credentials have to be those of the account that is asked for, or all that follows would go elsewhere. */
export async function accountProblem(sts: StsClient, asked: string, who: string): Promise<string | undefined> {
  const { accountId } = await sts.getCallerIdentity();
  if (accountId === asked) return undefined;
  return `The ${who} is in account ${asked}, but the credentials are those of account ${accountId}`;
}
