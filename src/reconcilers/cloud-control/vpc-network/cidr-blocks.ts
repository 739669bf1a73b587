import { isOutcomeUnknown } from '../../../aws/errors.ts';
import type { CidrBlock } from '../../../aws/ec2/vpc.ts';
import { type Action, named, next, type Outcome, type Pass, stopWithRequeueDelay } from '../../../composed/index.ts';
import { type Cidr, cidrOf, cidrText, overlaps } from '../../../util/cidr.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { type Finding, heldBack } from '../../common/finding.ts';
import { byHolders } from '../../common/holders.ts';
import { BLOCK_WAIT_MS, inUseWaitMs } from '../../common/vpc/timing.ts';
import { repaired } from '../../common/news.ts';
import { disassociate, failedBlock, failureOf, isRefusalFinal } from '../../common/vpc/cidr-block.ts';
import { claimProblem, readSurroundings, routeProblem, unacceptedProblem } from '../../common/vpc/surroundings.ts';
import { stopWaiting } from '../../common/waits.ts';
import {
  addableBlocks,
  blockChangesOf,
  type Blocks,
  blocksProblem,
  isAmong,
  recordOf,
  renewedRecord,
} from './block-changes.ts';
import type { NewParts } from './part.ts';
import type { VpcNetworkContext } from './state.ts';
import type { VpcState } from './vpc.ts';

/**
 * The blocks of the VPC.
 *
 * Ours are those in `status.blocks`, and only they are taken out when they are not asked for any more; what an IpRange or
 * somebody else has added stays, and so does a block that was there before it was asked for. See common/vpc/cidr-block.ts.
 */

function blocksOf({ blocks, vpc, facts }: VpcState): Blocks {
  return { blocks, vpc, added: facts.blocks };
}

/** Before anything is changed. */
export function validateBlocks({ network }: VpcNetworkContext): Action<VpcState> {
  return named('validateBlocks', (state: VpcState, pass: Pass) => {
    const problem = blocksProblem(blocksOf(state), network.blocksPerVpc);
    return problem === undefined ? next : stopRefused(state, problem, pass);
  });
}

/** Where AWS has been asked for all there is to ask for, its answer comes by looking at the VPC alone. */
export const waitForCidrBlocks: Action<VpcState> = function waitForCidrBlocks(state) {
  const { missing, pending, surplus } = blockChangesOf(blocksOf(state));
  const isLeft = missing.length > 0 || surplus.some(({ state: word }) => word !== 'disassociating');
  if (isLeft || pending.length + surplus.length === 0) return next;
  return waitFor(state, [...pending, ...surplus]);
};

export function ensureCidrBlocks(context: VpcNetworkContext): Action<VpcState & Pick<NewParts, 'isEmpty'>> {
  return named('ensureCidrBlocks', async (state: VpcState & Pick<NewParts, 'isEmpty'>, pass: Pass) => {
    const failure = forgottenFailure(state);
    if (failure !== undefined) return stopRefused(state, failureOf(failure), pass);
    const { missing, pending, surplus } = blockChangesOf(blocksOf(state));
    const wanted = addableBlocks(blocksOf(state), context.network.blocksPerVpc);
    const problem = await surroundingsProblem(state, wanted);
    if (problem !== undefined) return stopRefused(state, problem, pass);
    renewBlockRecord(state);
    const held = await takeOut(state, surplus);
    const added = await addBlocks(state, wanted, pass);
    if (held.length > 0) return holdBack(context, state, held, pass);
    context.waits.end(waitKey(state));
    const isDone = missing.length + pending.length + surplus.length === 0;
    return isDone ? next : waitFor(state, [...pending, ...surplus, ...added]);
  });
}

/** Why AWS would refuse one of the blocks for what lies around the VPC. Nothing is around one that was just made. */
async function surroundingsProblem(
  { ec2, vpc, isEmpty }: VpcState & Pick<NewParts, 'isEmpty'>,
  wanted: readonly Cidr[],
): Promise<Finding | undefined> {
  if (isEmpty || wanted.length === 0) return undefined;
  const surroundings = await readSurroundings({ ec2, vpc });
  const problems = wanted.map((cidr) => claimProblem(cidr, surroundings.peers) ?? routeProblem(cidr, surroundings));
  return problems.find((problem) => problem !== undefined) ?? unacceptedProblem(vpc, surroundings);
}

/** Also at a look: a block that comes into being after what was asked for cannot come any more is somebody else's. */
export function renewBlockRecord(state: VpcState): void {
  state.facts.blocks = [...renewedRecord(blocksOf(state), state.unansweredAtMs !== undefined)];
}

/** One of our associations that failed. Once told it is forgotten, so that the next look tries anew. */
function forgottenFailure({ vpc, facts, blocks }: VpcState): CidrBlock | undefined {
  for (const added of facts.blocks) {
    const cidr = cidrOf(added.cidr);
    const failure = isAmong(blocks, cidr) ? failedBlock(vpc, recordOf(added), cidr) : undefined;
    if (failure === undefined) continue;
    facts.blocks = facts.blocks.filter((other) => other !== added);
    return failure;
  }
  return undefined;
}

/** *Returns* the blocks that AWS does not take out, because something lies in them. */
async function takeOut(state: VpcState, surplus: readonly CidrBlock[]): Promise<readonly CidrBlock[]> {
  const held: CidrBlock[] = [];
  for (const block of surplus.filter(({ state: word }) => word === 'associated')) {
    if (await disassociate(state.ec2, block)) state.hasWritten = true;
    else held.push(block);
  }
  return held;
}

async function addBlocks(state: VpcState, wanted: readonly Cidr[], pass: Pass): Promise<readonly CidrBlock[]> {
  await recordBlocks(state, wanted, pass);
  const added: CidrBlock[] = [];
  try {
    // One after the other: nobody says that AWS changes a VPC twice at once.
    for (const cidr of wanted) added.push(await addBlock(state, cidr));
  } finally {
    // What comes after one that was refused was not asked for, and is not going to come.
    const unasked = wanted.slice(added.length + 1);
    state.facts.blocks = state.facts.blocks.filter(({ cidr }) => !isAmong(unasked, cidrOf(cidr)));
  }
  return added;
}

/** Writes whose the blocks are going to be, in one write; nothing when it stands there already. */
async function recordBlocks(state: VpcState, wanted: readonly Cidr[], pass: Pass): Promise<void> {
  const texts = wanted.map(cidrText);
  const recorded = state.object.status?.blocks ?? [];
  const isRecorded = texts.every((text) => recorded.some((one) => one.cidr === text && !one.associationId));
  const others = state.facts.blocks.filter(({ cidr }) => !texts.includes(cidr));
  const blocks = [...others, ...texts.map((cidr) => ({ cidr }))];
  if (!isRecorded) {
    state.object = await state.cluster.recordStatus(state.kind, state.object, { blocks }, pass);
  }
  state.facts.blocks = blocks;
}

async function addBlock(state: VpcState, cidr: Cidr): Promise<CidrBlock> {
  const { ec2, facts, vpc, news } = state;
  const text = cidrText(cidr);
  try {
    const block = await ec2.associateCidrBlock(vpc.id, text);
    state.hasWritten = true;
    const others = facts.blocks.filter((added) => added.cidr !== text);
    facts.blocks = [...others, { cidr: text, associationId: block.associationId }];
    const wasThere = facts.cidrBlocks?.includes(text) === true;
    if (wasThere) news.push(repaired(`The block ${text} was gone from the VPC and is in it again`));
    return block;
  } catch (error) {
    if (!isOutcomeUnknown(error) && (await isRefusalFinal(ec2, vpc.id, cidr))) {
      facts.blocks = facts.blocks.filter((added) => added.cidr !== text);
    }
    throw error;
  }
}

function waitFor(state: VpcState, waited: readonly CidrBlock[]): Outcome {
  const words = waited.map(({ cidr, state: word }) => `${cidr} is ${word}`);
  const message = `waiting for AWS: the block ${words.length === 0 ? 'is not there yet' : words.join(', ')}`;
  return stopWaiting(state, message, BLOCK_WAIT_MS);
}

async function holdBack(
  { waits }: VpcNetworkContext,
  state: VpcState,
  held: readonly CidrBlock[],
  { clock }: Pass,
): Promise<Outcome> {
  const subnets = await state.ec2.describeSubnets(state.vpc.id);
  const inside = subnets.filter(({ cidr }) => held.some((block) => overlaps(cidrOf(block.cidr), cidrOf(cidr))));
  const holders = inside.map(({ id, cidr }) => ({ kind: 'subnet' as const, id, description: cidr }));
  const names = held.map(({ cidr }) => cidr).join(', ');
  const message = `The block ${names}, which is not asked for, stays in the VPC while it is used${byHolders(holders)}`;
  state.finding = heldBack('FailedDisassociatingVpcAddressSpace', message);
  const elapsedMs = waits.elapsedMs(waitKey(state), clock, state.waitScale);
  return stopWithRequeueDelay(inUseWaitMs(elapsedMs) * state.waitScale, message);
}

function waitKey({ object }: VpcState): string {
  return `${object.metadata.uid}/blocks`;
}
