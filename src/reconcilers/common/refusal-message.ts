import { meansNoPermission } from '../../aws/error-codes.ts';
import { type AwsError, NotFoundError, userMessage } from '../../aws/errors.ts';
import type { Target } from '../../aws/target.ts';

/** What AWS said when it refused, and who has to do what about it when a permission is missing. */
export function refusalMessage(
  error: AwsError | NotFoundError,
  { accountId, roleArn }: Pick<Target, 'accountId' | 'roleArn'>,
): string {
  const said = userMessage(error);
  if (error instanceof NotFoundError || !meansNoPermission(error.code)) return said;
  if (roleArn === undefined) return `${said}; the operator has to be permitted this in account ${accountId}`;
  const role = `the role ${roleArn.split('/').at(-1) ?? roleArn}`;
  const remedy =
    error.service === 'sts'
      ? `account ${accountId} has to have ${role}, and to let the operator take it on`
      : `${role} in account ${accountId} has to permit this`;
  return `${said}; ${remedy}`;
}
