import type { AwsError, Vpc } from '../../../aws/index.ts';
import { meansNoPermission } from '../../../aws/error-codes.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { refusalMessage } from '../../common/refusal-message.ts';
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
export function remoteRefusal(error: AwsError, { place }: Pick<Side, 'place'>): string {
  const said = refusalMessage(error, place);
  return meansNoPermission(error.code) ? said : `${said}; in account ${place.accountId}`;
}
