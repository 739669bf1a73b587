import type { SecurityGroup } from '../../../aws/ec2/security-group.ts';
import { isAlreadyExists } from '../../../aws/errors.ts';
import { type Action, next, type Outcome } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import { repaired } from '../../common/news.ts';
import { isOwnedByOther } from '../../common/tags.ts';
import { stopWaiting } from '../../common/waits.ts';
import { wasProvisioned } from './state.ts';
import { isOurs, tagsFor } from './tags.ts';
import { CONFIRM_WAIT_MS } from './timing.ts';
import { isAdopted, type VpcState } from './vpc.ts';

/**
 * The security group of the VPC's name, whose name AWS keeps unique in the VPC. It is made without rules that let anything
 * in; rules that somebody writes into it are left alone, as whoever uses the group has to.
 */
export interface SecurityGroupState extends VpcState {
  /** The group of that name, whosever it is. */
  readonly securityGroup: SecurityGroup | undefined;
}

export function isOwnGroup(
  state: Pick<VpcState, 'object' | 'facts' | 'vpc'>,
  { id, tags }: Pick<SecurityGroup, 'id' | 'tags'>,
): boolean {
  if (isOwnedByOther(tags, state.object)) return false;
  return isOurs(tags, state.object) || id === state.facts.ids.securityGroup || isAdopted(state);
}

export const ensureSecurityGroup: Action<SecurityGroupState> = async function ensureSecurityGroup(state, pass) {
  const { securityGroup: group, facts, vpc } = state;
  if (group === undefined) return createSecurityGroup(state);
  if (isOwnGroup(state, group)) {
    facts.ids.securityGroup = group.id;
    return next;
  }
  const message = `Somebody else has made the security group ${group.id} of the name ${group.name} in VPC ${vpc.id}: delete it, and one of the VpcNetwork is made`;
  return stopRefused(state, failed('ProviderError', message), pass);
};

async function createSecurityGroup(state: SecurityGroupState): Promise<Outcome> {
  const { ec2, object, vpc, name, facts } = state;
  const description = `Security group of ${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  try {
    const id = await ec2.createSecurityGroup({ vpcId: vpc.id, name, description, tags: tagsFor(object, name) });
    if (wasProvisioned(state)) state.news.push(repaired(`The security group ${name} was gone and is there again`));
    facts.ids.securityGroup = id;
    state.hasWritten = true;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const message = `waiting for AWS: it has a security group ${name} in the VPC, and does not show it`;
    return stopWaiting(state, message, CONFIRM_WAIT_MS);
  }
  return next;
}
