import { meansNoPermission } from '../../aws/error-codes.ts';
import { type AwsError, NotFoundError, userMessage } from '../../aws/errors.ts';
import type { Target } from '../../aws/target.ts';

/** Where AWS refused something, as a status may tell it. */
export interface RefusedAt extends Pick<Target, 'accountId' | 'roleArn'> {
  /**
   * Whether the role is called by its name, for who has to make it. Whoever has an object in an account of the operator
   * need not know its role there.
   */
  readonly isRoleNamed: boolean;
}

/** What AWS said when it refused, and who has to do what about it when a permission is missing. */
export function refusalMessage(
  error: AwsError | NotFoundError,
  { accountId, roleArn, isRoleNamed }: RefusedAt,
): string {
  const said = userMessage(error);
  if (error instanceof NotFoundError || !meansNoPermission(error.code)) return said;
  if (roleArn === undefined) return `${said}; the operator has to be permitted this in account ${accountId}`;
  const role = isRoleNamed ? `the role ${roleArn.split('/').at(-1) ?? roleArn}` : "the operator's role";
  const remedy =
    error.service === 'sts'
      ? `account ${accountId} has to have ${role}, and to let the operator take it on`
      : `${role} in account ${accountId} has to permit this`;
  return `${said}; ${remedy}`;
}
