import { isAlreadyExists, isInUse, isNotFound, type SecurityGroup } from '../../aws/index.ts';
import {
  next,
  type Outcome,
  type Pass,
  type Stop,
  stopWithRequeue,
  stopWithRequeueDelay,
} from '../../composed/index.ts';
import { byHolders, unnamed } from '../common/holders.ts';
import { repaired } from '../common/news.ts';
import { missingTexts } from '../../util/missing-texts.ts';
import { descriptionsOf } from './names.ts';
import { noteWrite } from './memory.ts';
import { ForeignResourceError } from './ownership.ts';
import { ruleDifferencesOf, ruleFor } from './security-rules.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { type FoundPart, isOurs, isOwnPart } from './tags.ts';
import { elapsedMsOf, waitForAws } from './waiting.ts';

/** By then nodes have let go of their security group. */
const DRAINING_MS = 5 * 60_000;
/** EC2 may not know for a moment what it has just made. */
const JUST_MADE_DELAY_MS = 2_000;

/** Finds it by its name, which AWS keeps unique in a VPC: tags would miss one that was made and lost its tags. */
export async function loadSecurityGroup(state: ProvideState): Promise<Outcome> {
  const { asked, clients, identity, memory, observed } = state;
  const query = { vpcId: asked.vpcId, name: identity.names.group };
  observed.securityGroup = memory.made?.securityGroup ?? (await clients.ec2.findSecurityGroups(query))[0];
  return next;
}

export async function ensureSecurityGroup(state: ProvideState): Promise<Outcome> {
  const { securityGroup } = state.observed;
  if (securityGroup === undefined) return createSecurityGroup(state);
  if (!isOwnSecurityGroup(state, securityGroup)) throw new ForeignResourceError('security group', securityGroup.name);
  const missing = missingTexts(tagsOf(state), securityGroup.tags);
  if (Object.keys(missing).length > 0) {
    await state.clients.ec2.createTags([securityGroup.id], missing);
    noteWrite(state.memory);
    state.announce(repaired(`Tags of the security group ${securityGroup.name} were missing and are there again`));
  }
  const isChange = !hasRules(state, securityGroup);
  const outcome = await ensureRules(state, securityGroup);
  // Told when it is so: a refusal must not be told as done.
  if (isChange) announceRules(state, securityGroup);
  return outcome;
}

async function createSecurityGroup(state: ProvideState): Promise<Outcome> {
  const { identity, asked, clients } = state;
  const request = {
    vpcId: asked.vpcId,
    name: identity.names.group,
    description: descriptionsOf(identity.objectName).securityGroup,
    tags: tagsOf(state),
  };
  try {
    const id = await clients.ec2.createSecurityGroup(request);
    noteWrite(state.memory);
    state.observed.securityGroup = { ...request, id, ingress: [] };
    return await ensureRules(state, state.observed.securityGroup);
  } catch (error) {
    if (isAlreadyExists(error)) return stopWithRequeue('the security group exists already');
    if (isNotFound(error) && state.observed.securityGroup !== undefined) {
      return stopWithRequeueDelay(JUST_MADE_DELAY_MS, 'EC2 does not know the new security group yet');
    }
    throw error;
  }
}

function hasRules({ asked }: ProvideState, { ingress }: SecurityGroup): boolean {
  const { authorize, revoke } = ruleDifferencesOf(asked.allowedCidrs, ingress);
  return authorize.length + revoke.length === 0;
}

function announceRules({ asked, announce }: ProvideState, { name }: SecurityGroup): void {
  const message = `The security group ${name} now lets in ${asked.allowedCidrs.join(', ')}, and nobody else`;
  announce({ type: 'Normal', reason: 'RulesChanged', message });
}

/** Adds before it takes away, so that nobody who may come in is shut out for a moment. */
async function ensureRules(state: ProvideState, group: SecurityGroup): Promise<Outcome> {
  const { authorize, revoke } = ruleDifferencesOf(state.asked.allowedCidrs, group.ingress);
  if (authorize.length > 0) await state.clients.ec2.authorizeIngress(group.id, authorize);
  if (revoke.length > 0) await state.clients.ec2.revokeIngress(group.id, revoke);
  if (authorize.length + revoke.length > 0) noteWrite(state.memory);
  const tags = { ...group.tags, ...tagsOf(state) };
  state.observed.securityGroup = { ...group, tags, ingress: state.asked.allowedCidrs.map(ruleFor) };
  return next;
}

/** Whether there is nothing for a full check to do about it. */
export function isSecurityGroupAsAsked(state: ProvideState): boolean {
  const { securityGroup } = state.observed;
  if (securityGroup === undefined) return false;
  const missing = missingTexts(tagsOf(state), securityGroup.tags);
  return hasRules(state, securityGroup) && Object.keys(missing).length === 0;
}

export async function deleteSecurityGroup(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const tagged = taggedSecurityGroupIds(state);
  let isToldByTags = tagged.length > 0;
  for (const id of tagged) {
    const end = await deleteById(state, pass, id);
    if (typeof end === 'object') return end;
    // Tags may show for minutes what is gone: another one may have its name by now.
    if (end === 'absent') isToldByTags = false;
  }
  return isToldByTags ? next : deleteByName(state, pass);
}

/** The name is unique in a VPC only, and the VPC may be unknown by now: ours are those that say so. */
async function deleteByName(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const found = await state.clients.ec2.findSecurityGroups({ name: state.identity.names.group });
  for (const group of found) {
    if (!isOwnPart(state, partOf(state, group), pass)) continue;
    const end = await deleteById(state, pass, group.id);
    if (typeof end === 'object') return end;
  }
  return next;
}

async function deleteById(state: ReplicationGroupState, pass: Pass, id: string): Promise<'deleted' | 'absent' | Stop> {
  try {
    await state.clients.ec2.deleteSecurityGroup(id);
    return 'deleted';
  } catch (error) {
    if (isInUse(error)) return waitForAws(state, pass, 'settling', await stillInUse(state, pass, id));
    if (isNotFound(error)) return 'absent';
    throw error;
  }
}

/** Interfaces of nodes that were just deleted go by themselves; who still holds the group after that has to be named. */
async function stillInUse(state: ReplicationGroupState, pass: Pass, id: string): Promise<string> {
  const isLong = elapsedMsOf(state, pass, 'settling') >= DRAINING_MS * state.timing.waitScale;
  const holders = isLong ? await state.clients.ec2.findSecurityGroupHolders(id).catch(unnamed(pass)) : [];
  return `the security group is still in use${byHolders(holders)}`;
}

/** Tags that were read already prove what is ours without another call. */
function taggedSecurityGroupIds({ observed }: ReplicationGroupState): readonly string[] {
  return [...observed.tags.keys()].flatMap((arn) => /:security-group\/(sg-\w+)$/.exec(arn)?.[1] ?? []);
}

function isOwnSecurityGroup(state: ReplicationGroupState, group: SecurityGroup): boolean {
  return isOurs(state, group.tags, isUsedByOwnGroup(state, group));
}

function isUsedByOwnGroup({ observed }: ReplicationGroupState, { id }: SecurityGroup): boolean {
  return observed.members.some((member) => member.securityGroupIds.includes(id));
}

function partOf(state: ReplicationGroupState, group: SecurityGroup): FoundPart {
  return {
    resource: 'security group',
    // Its name is unique in a VPC only.
    id: group.id,
    tags: group.tags,
    isUsedByOwnGroup: isUsedByOwnGroup(state, group),
    isDescribedAsOurs: group.description === descriptionsOf(state.identity.objectName).securityGroup,
  };
}

function tagsOf({ identity }: ReplicationGroupState) {
  return { ...identity.tags, Name: identity.names.group };
}
