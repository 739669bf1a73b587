import { roleArnKind } from '../operator/option-kinds.ts';
import { UsageError } from './usage-error.ts';

/** *Throws* {@link UsageError} that names `flag` when `arn` is not that of a role. */
export function refuseNoRole(flag: string, arn: string): void {
  if (roleArnKind.parse(arn) === undefined) {
    throw new UsageError(`${JSON.stringify(arn)} from ${flag} is not ${roleArnKind.expected}`);
  }
}
