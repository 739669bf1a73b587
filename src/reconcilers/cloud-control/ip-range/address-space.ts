import { isInUse, isNotFound, isOutcomeUnknown } from '../../../aws/errors.ts';
import type { CidrBlock, Vpc } from '../../../aws/ec2/vpc.ts';
import { type Action, next, type Outcome, type Pass, stopWithRequeueDelay } from '../../../composed/index.ts';
import { type Cidr, cidrText, isSameCidr, parseCidr } from '../../../util/cidr.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { deleting, failed, processing } from '../../common/finding.ts';
import { repaired } from '../../common/news.ts';
import { createWaits } from '../../common/waits.ts';
import { ALONE, type Facts, type IpRangeDeps, type RangeState, type VpcState } from './state.ts';
import { BLOCK_WAIT_MS, inUseWaitMs } from './timing.ts';

/**
 * The range as a block of the VPC.
 *
 * AWS gives blocks no tags, so whose a block is stands in the status: `addressSpaceCreated` is written after the block
 * was seen to be absent and before it is associated, `addressSpaceId` as soon as AWS has said it. A block that was there
 * before is used, but is not ours: it stays when the object goes.
 *
 * States of AWS: associating → associated → disassociating → disassociated, or failing → failed. What is `disassociated`
 * or `failed` is history that AWS shows for a while; such a block is absent.
 */

/** Whether a block takes up addresses. */
export function isPresent(block: CidrBlock): boolean {
  return block.state !== 'disassociated' && block.state !== 'failed';
}

/** The block that `range` is, however AWS writes it. */
export function presentBlock(vpc: Vpc, range: Cidr): CidrBlock | undefined {
  return vpc.cidrBlocks.filter(isPresent).find((block) => {
    const cidr = parseCidr(block.cidr);
    return cidr !== undefined && isSameCidr(cidr, range);
  });
}

/** Whether the block was associated for this object. Without an id, the recorded intent decides. */
export function isOwnBlock(facts: Facts, block: CidrBlock): boolean {
  if (facts.addressSpaceId === undefined) return facts.addressSpaceCreated === true;
  return facts.addressSpaceId === block.associationId && facts.addressSpaceCreated !== false;
}

export function ensureAddressSpace({ timing }: Pick<IpRangeDeps, 'timing'>): Action<RangeState> {
  return async function ensureAddressSpace(state, pass) {
    const failure = lastFailure(state);
    if (failure !== undefined) return reportFailure(state, failure, pass);
    if (isMissing(state)) return lookAgain(state, timing.waitScale);
    const block = presentBlock(state.vpc, state.range) ?? (await associate(state, pass));
    noteBlock(state.facts, block);
    if (block.state === 'associated') return next;
    const message = `waiting for AWS: the block ${block.cidr} is ${block.state}`;
    state.finding = processing(message);
    return stopWithRequeueDelay(BLOCK_WAIT_MS * timing.waitScale, message);
  };
}

async function associate(state: RangeState, pass: Pass): Promise<CidrBlock> {
  const { facts, vpc, range } = state;
  if (facts.addressSpaceCreated !== true || facts.addressSpaceId !== undefined) {
    const intent = { vpcId: vpc.id, addressSpaceCreated: true, addressSpaceId: null };
    state.object = await state.cluster.recordStatus(state.kind, state.object, intent, pass, ALONE);
    Object.assign(facts, { ...intent, addressSpaceId: undefined });
  }
  try {
    const block = await state.ec2.associateCidrBlock(vpc.id, cidrText(range));
    // Whoever has subnets had the block they lie in.
    const hadIt = state.facts.subnets !== undefined && state.facts.subnets.length > 0;
    if (hadIt) state.news.push(repaired(`The block ${block.cidr} was gone from the VPC and is in it again`));
    return block;
  } catch (error) {
    if (!isOutcomeUnknown(error) && (await isAbsent(state))) facts.addressSpaceCreated = undefined;
    throw error;
  }
}

/**
 * Whether a refusal can be taken at its word: then a block of that range that appears later is not ours. It cannot when
 * the call was made twice, because the first time AWS was busy, and what is refused is a block beside our own.
 */
async function isAbsent({ ec2, vpc, range }: RangeState): Promise<boolean> {
  try {
    return presentBlock(await ec2.describeVpc(vpc.id), range) === undefined;
  } catch {
    // Not known, so not certain. The refusal itself is what the caller reports.
    return false;
  }
}

function noteBlock(facts: Facts, block: CidrBlock): void {
  facts.addressSpaceCreated = isOwnBlock(facts, block);
  facts.addressSpaceId = block.associationId;
}

/** Whether AWS does not tell of our association at all, neither as present nor as history. */
function isMissing({ vpc, facts, range }: RangeState): boolean {
  if (facts.addressSpaceId === undefined || facts.addressSpaceCreated === false) return false;
  const isListed = vpc.cidrBlocks.some(({ associationId }) => associationId === facts.addressSpaceId);
  return !isListed && presentBlock(vpc, range) === undefined;
}

/**
 * AWS may not tell of a block in the first seconds of its life. The id is forgotten, the intent is not: when the block
 * turns up it is ours, and when the second look does not show it either, it is made anew.
 */
function lookAgain(state: RangeState, waitScale: number): Outcome {
  state.facts.addressSpaceId = undefined;
  const message = `waiting for AWS: the block ${cidrText(state.range)} is not there yet`;
  state.finding = processing(message);
  return stopWithRequeueDelay(BLOCK_WAIT_MS * waitScale, message);
}

/** Our association, when it failed and nothing has taken its place. */
function lastFailure({ vpc, facts, range }: RangeState): CidrBlock | undefined {
  if (presentBlock(vpc, range) !== undefined) return undefined;
  return vpc.cidrBlocks.find((block) => block.state === 'failed' && block.associationId === facts.addressSpaceId);
}

/** Once told, the failed association is forgotten, so that the next look tries anew. */
function reportFailure(state: RangeState, block: CidrBlock, pass: Pass): Outcome {
  const said = block.stateMessage === undefined ? '' : `: ${block.stateMessage}`;
  const message = `CIDR block status state is failed${said}`;
  Object.assign(state.facts, { addressSpaceId: undefined, addressSpaceCreated: undefined });
  return stopRefused(state, failed('CidrAssociationFailed', message), pass);
}

/** Whether our block is on its way out: AWS lets it go only when no subnet lies in it, so there is none to look for. */
export function isBlockLeaving({ vpc, facts }: VpcState): boolean {
  const block = claimedBlock({ vpc, facts });
  return block !== undefined && block.state === 'disassociating' && isOwnBlock(facts, block);
}

function claimedBlock({ vpc, facts }: Pick<VpcState, 'vpc' | 'facts'>): CidrBlock | undefined {
  const range = parseCidr(facts.cidr ?? '');
  return range === undefined ? undefined : presentBlock(vpc, range);
}

/** Takes our block out of the VPC and waits until it is. Blocks of others stay. */
export function deleteAddressSpace({ timing }: Pick<IpRangeDeps, 'timing'>): Action<VpcState> {
  const waits = createWaits();
  return async function deleteAddressSpace(state, pass) {
    const { uid } = state.object.metadata;
    const block = claimedBlock(state);
    if (block === undefined || !isOwnBlock(state.facts, block)) {
      // Ours is out. Another one that we asked for may come late, under an id of its own: then the intent tells whose it is.
      if (block === undefined && state.unansweredAtMs !== undefined && state.facts.addressSpaceCreated === true) {
        state.facts.addressSpaceId = undefined;
      }
      waits.end(uid);
      return next;
    }
    const isAsked = block.state !== 'associated' || (await disassociate(state, block));
    const message = isAsked
      ? `waiting for AWS: the block ${block.cidr} leaves the VPC`
      : `waiting until nothing uses the block ${block.cidr} any more, such as a subnet that somebody else made in it`;
    state.finding = deleting(message);
    const elapsedMs = waits.elapsedMs(uid, pass.clock.monotonicMs()) / timing.waitScale;
    return stopWithRequeueDelay((isAsked ? BLOCK_WAIT_MS : inUseWaitMs(elapsedMs)) * timing.waitScale, message);
  };
}

/** Whether AWS took it; not while something, say a subnet that somebody else made, lies in the block. */
async function disassociate(state: VpcState, block: CidrBlock): Promise<boolean> {
  try {
    await state.ec2.disassociateCidrBlock(block.associationId);
  } catch (error) {
    if (isInUse(error)) return false;
    if (!isNotFound(error)) throw error;
  }
  return true;
}
