import type { AwsError, Vpc } from '../../../aws/index.ts';
import { userMessage } from '../../../aws/index.ts';
import { failed, type Finding } from '../../common/finding.ts';
import type { Side } from './state.ts';

/** What the owner of the remote side has to permit, in the words of a status. */

/** Why the remote VPC does not permit the peering. The key of the tag says it; its value does not matter. */
export function permissionProblem(vpc: Pick<Vpc, 'id' | 'tags'>, keys: readonly string[]): Finding | undefined {
  if (keys.some((key) => Object.hasOwn(vpc.tags, key))) return undefined;
  const wanted = keys.map((key) => `"${key}"`).join(' or ');
  const message = `The remote VPC ${vpc.id} does not permit the peering: its owner has to give it a tag with the key ${wanted}; the value does not matter`;
  return failed('FailedLoadingRemoteVpcNetwork', message);
}

/** A refusal on the remote side, and what its owner has to do about it. */
export function remoteRefusal(error: AwsError, { place, roleName }: Side): string {
  const role = roleName === undefined ? 'the credentials of the operator' : `the role ${roleName}`;
  const remedy =
    error.service === 'sts'
      ? `account ${place.accountId} has to have ${role}, and to let the operator take it on`
      : `${role} in account ${place.accountId} has to permit ec2:${error.operation}`;
  return `${userMessage(error)}; ${error.kind === 'access-denied' ? remedy : `in account ${place.accountId}`}`;
}
