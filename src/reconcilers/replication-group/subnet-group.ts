import { type SubnetGroup, isAlreadyExists, isInUse, orAbsent } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import { isGoneAfter, isHeldOrBusy } from '../common/deletion.ts';
import { descriptionsOf } from './names.ts';
import { noteWrite, removalOf } from './memory.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { ensureOwnTags, isOwnPart, taggedArn, tagsOf } from './tags.ts';
import { waitForAws } from './waiting.ts';

const RESOURCE = 'subnet group';

export async function loadSubnetGroup(state: ReplicationGroupState): Promise<Outcome> {
  const { clients, identity, memory, observed } = state;
  const name = identity.names.group;
  observed.subnetGroup = memory.made?.subnetGroup ?? (await orAbsent(clients.elastiCache.describeSubnetGroup(name)));
  return next;
}

export async function ensureSubnetGroup(state: ProvideState): Promise<Outcome> {
  const { subnetGroup } = state.observed;
  if (subnetGroup === undefined) return createSubnetGroup(state);
  await ensureOwnTags(state, taggedSubnetGroup(state, subnetGroup.arn));
  const observed = subnetGroup.subnets.map((subnet) => subnet.id);
  if (!hasSameMembers(observed, state.asked.subnetIds)) await changeSubnets(state, subnetGroup);
  return next;
}

/** Nodes do not move: subnets that have some stay, beside the new ones for nodes to come. */
async function changeSubnets(state: ProvideState, { subnets }: SubnetGroup): Promise<void> {
  const { subnetIds } = state.asked;
  const observed = subnets.map(({ id }) => id);
  try {
    await modifySubnets(state, subnetIds);
    const message = `The subnets are now ${subnetIds.join(', ')}; no node stood in those of before`;
    state.announce({ type: 'Normal', reason: 'SubnetsChanged', message });
  } catch (error) {
    if (!isInUse(error)) throw error;
    const staying = subnets.filter((subnet) => mayHaveNode(state, subnet)).map(({ id }) => id);
    const both = [...new Set([...staying, ...subnetIds])];
    if (hasSameMembers(both, observed)) return;
    await modifySubnets(state, both);
    announceStay(state, staying);
  }
}

/** ElastiCache tells the zones of nodes, not their subnets. */
function mayHaveNode({ observed }: ProvideState, { zone }: SubnetGroup['subnets'][number]): boolean {
  return zone === undefined || observed.members.some((member) => member.zone === undefined || member.zone === zone);
}

/** Nothing else would show that a change of the IpRange reaches new nodes alone. */
function announceStay(state: ProvideState, observed: readonly string[]): void {
  const { subnetIds } = state.asked;
  const left = observed.filter((id) => !subnetIds.includes(id));
  const message =
    `Nodes that exist stay in the subnets of before (${left.join(', ')}), because ElastiCache does not move nodes; ` +
    `new ones may also get ${subnetIds.join(', ')}. To move them all, make the Redis anew`;
  state.announce({ type: 'Warning', reason: 'NodesNotMoved', message });
}

async function modifySubnets(state: ProvideState, subnetIds: readonly string[]): Promise<void> {
  const { elastiCache } = state.clients;
  state.observed.subnetGroup = await elastiCache.modifySubnetGroup(state.identity.names.group, subnetIds);
  noteWrite(state.memory);
}

async function createSubnetGroup(state: ProvideState): Promise<Outcome> {
  const { identity, asked, clients } = state;
  try {
    state.observed.subnetGroup = await clients.elastiCache.createSubnetGroup({
      name: identity.names.group,
      description: descriptionsOf(identity.objectName).subnetGroup,
      subnetIds: asked.subnetIds,
      tags: identity.tags,
    });
  } catch (error) {
    // An earlier create whose answer was lost, or somebody else's: observation tells.
    if (isAlreadyExists(error)) return stopWithRequeue('the subnet group exists already');
    throw error;
  }
  noteWrite(state.memory);
  return next;
}

export async function deleteSubnetGroup(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const name = state.identity.names.group;
  if (!(await hasOwnSubnetGroup(state, pass))) return next;
  const isGone = await isGoneAfter(state.clients.elastiCache.deleteSubnetGroup(name), isHeldOrBusy);
  if (!isGone) return waitForAws(state, pass, 'settling', 'the subnet group is still in use');
  removalOf(state.memory).isGroupDisproved = true;
  return next;
}

/** Tags that were read already prove it without another call; without them AWS is asked. */
async function hasOwnSubnetGroup(state: ReplicationGroupState, pass: Pass): Promise<boolean> {
  const name = state.identity.names.group;
  if (taggedArn(state, `:subnetgroup:${name}`) !== undefined) return true;
  const found = await orAbsent(state.clients.elastiCache.describeSubnetGroup(name));
  if (found === undefined) return false;
  const isDescribedAsOurs = found.description === descriptionsOf(state.identity.objectName).subnetGroup;
  const tags = await tagsOf(state, found.arn);
  return isOwnPart(state, { ...taggedSubnetGroup(state, found.arn), tags, isDescribedAsOurs }, pass);
}

function taggedSubnetGroup({ identity, observed }: ReplicationGroupState, arn: string) {
  const id = identity.names.group;
  const isUsedByOwnGroup = observed.members.some((member) => member.subnetGroupName === id);
  return { resource: RESOURCE, id, arn, isUsedByOwnGroup };
}

export function hasSameMembers(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}
