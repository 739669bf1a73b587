import { ADOPT_ANNOTATION } from '../../../api/names.ts';
import { orAbsent } from '../../../aws/errors.ts';
import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { named, type Pass, type StateFactory, type Stop } from '../../../composed/index.ts';
import { cidrText } from '../../../util/cidr.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import { isOwnedByOther, TAG_KEYS } from '../../common/tags.ts';
import { stopWaiting } from '../../common/waits.ts';
import { type AskedState, primaryProblem, refusalProblem } from './asked.ts';
import { isAwaited, keptOf, loadOwn, makePart, mayTurnUp, notePart, recordIntents, waitForPart } from './part.ts';
import type { AwsState, VpcNetworkContext } from './state.ts';
import { identityTags, tagsFor } from './tags.ts';
import { CONFIRM_WAIT_MS, PENDING_WAIT_MS } from './timing.ts';

/** With all VPCs that are ours: one, but for moments. */
export interface VpcsState extends AwsState {
  readonly vpcs: readonly Vpc[];
}

/** With the one that is kept. */
export interface VpcState extends AskedState, VpcsState {
  readonly vpc: Vpc;
}

export function loadVpcs<S extends AwsState>(): StateFactory<S, S & VpcsState> {
  return named('loadVpcs', async (state: S) => {
    const { ec2, object } = state;
    const tagged = ec2.findVpcsByTags(identityTags(object));
    const vpcs = await loadOwn(state, 'vpc', { tagged, describe: (id) => ec2.describeVpc(id) });
    return enriched(state, { vpcs });
  });
}

/** The VPC: the one that is ours, or one that is to be taken over, or a new one. */
export function ensureVpc(context: VpcNetworkContext): StateFactory<AskedState & VpcsState, VpcState> {
  return named('ensureVpc', async (state: AskedState & VpcsState, pass: Pass) => {
    const isOpen = isAwaited(context, state, { part: 'vpc', own: state.vpcs }, pass);
    const kept = isOpen ? undefined : keptOf(state.vpcs, state.facts.ids.vpc);
    const vpc = kept ?? (await provideVpc(context, state, pass));
    if ('kind' in vpc) return vpc;
    if (state.facts.ids.vpc !== undefined && state.facts.ids.vpc !== vpc.id) forgetContents(state);
    state.facts.accountId = state.target.accountId;
    notePart(context, state, 'vpc', vpc.id);
    return vpc.state === 'pending' ? waitForAvailable(state, vpc) : enriched(state, { vpc });
  });
}

async function provideVpc(context: VpcNetworkContext, state: AskedState, pass: Pass): Promise<Vpc | Stop> {
  const other = await otherOwner(state);
  if (other !== undefined) return stopRefused(state, other, pass);
  if (mayTurnUp(context, state, 'vpc', pass)) return waitForPart(context, state, 'vpc', pass);
  forgetContents(state);
  const asked = state.object.metadata.annotations?.[ADOPT_ANNOTATION];
  const found = asked === undefined ? await obstacleTo(state) : await adoptVpc(state, asked);
  if (found === undefined) return createVpc(context, state, pass);
  return 'kind' in found ? found : stopRefused(state, found, pass);
}

/** Why the recorded VPC is not ours any more, although it is there. */
async function otherOwner({ ec2, object, facts }: AskedState): Promise<Finding | undefined> {
  const recorded = facts.ids.vpc === undefined ? undefined : await orAbsent(ec2.describeVpc(facts.ids.vpc));
  if (recorded === undefined || !isOwnedByOther(recorded.tags, object)) return undefined;
  const owner = recorded.tags[TAG_KEYS.name];
  return failed(
    'NameTaken',
    `Somebody has tagged VPC ${recorded.id} as that of ${owner}: put its tags right, and it is used again`,
  );
}

/** What was in the VPC that is gone is gone with it. */
function forgetContents({ facts }: AskedState): void {
  facts.ids.securityGroup = undefined;
  facts.blocks = [];
  facts.cidrBlocks = undefined;
}

async function createVpc(context: VpcNetworkContext, state: AskedState, pass: Pass): Promise<Vpc> {
  const { ec2, object, name, blocks } = state;
  state.facts.accountId = state.target.accountId;
  await recordIntents(state, ['vpc'], pass);
  const request = { cidr: cidrText(blocks[0]), tags: tagsFor(object, name) };
  const vpc = await makePart(context, state, 'vpc', { make: () => ec2.createVpc(request), signal: pass.signal });
  context.emptyVpcs.set(object.metadata.uid, vpc.id);
  return vpc;
}

/** Why there shall be no new VPC. */
async function obstacleTo({ ec2, object, name, blocks }: AskedState): Promise<Finding | undefined> {
  const problem = refusalProblem(blocks, blocks[0], blocks);
  if (problem !== undefined) return problem;
  const taken = (await ec2.findVpcsByName(name)).map(({ id }) => id).sort();
  if (taken.length === 0) return undefined;
  const id = taken.length === 1 ? taken[0] : '<id>';
  const advice = `annotate the VpcNetwork with ${ADOPT_ANNOTATION}=${id} to take it over (it is then deleted together with the VpcNetwork), or make one of another name`;
  return failed(
    'NameTaken',
    `VPC ${taken.join(', ')} of the name ${name} is not that of ${object.kind} ${object.metadata.name}: ${advice}`,
  );
}

/**
 * Takes over a VPC that somebody else made: from then on it is ours, its deletion included. Its internet gateway, and a
 * security group of its name, follow. Nothing is made in it before its tags were read again: two VpcNetworks may want it at
 * once, and it is that one's whose tags it bears in the end.
 */
async function adoptVpc(state: AskedState, id: string): Promise<Stop | Finding> {
  const { ec2, object, name } = state;
  const vpc = await orAbsent(ec2.describeVpc(id));
  if (vpc === undefined) return failed('VpcNotFound', absence(state, id));
  const problem = adoptionProblem(state, vpc);
  if (problem !== undefined) return problem;
  await ec2.createTags([id], tagsFor(object, name));
  state.news.push({ type: 'Normal', reason: 'Adopted', message: `The VPC ${id} was taken over` });
  return stopWaiting(state, `checking that the VPC ${id} is ours`, CONFIRM_WAIT_MS);
}

function absence({ target, object }: AskedState, id: string): string {
  return `VPC ${id} of the annotation ${ADOPT_ANNOTATION} does not exist in account ${target.accountId} and region ${object.spec.region}: correct the annotation, or take it away to have a VPC made`;
}

function adoptionProblem({ object, target, blocks }: AskedState, vpc: Vpc): Finding | undefined {
  if (vpc.ownerId !== undefined && vpc.ownerId !== target.accountId) {
    return failed(
      'ValidationFailed',
      `VPC ${vpc.id} is only shared with the account, and belongs to account ${vpc.ownerId}`,
    );
  }
  if (isOwnedByOther(vpc.tags, object)) {
    return failed('ValidationFailed', `VPC ${vpc.id} is tagged as that of ${vpc.tags[TAG_KEYS.name]}`);
  }
  return primaryProblem(blocks, vpc);
}

/** Whether somebody has asked that this VPC be taken over. */
export function isAdopted({ object, vpc }: Pick<VpcState, 'object' | 'vpc'>): boolean {
  return object.metadata.annotations?.[ADOPT_ANNOTATION] === vpc.id;
}

function waitForAvailable(state: AskedState, vpc: Vpc): Stop {
  return stopWaiting(state, `waiting for AWS: the VPC ${vpc.id} is ${vpc.state}`, PENDING_WAIT_MS);
}
