import { isOutcomeUnknown } from '../../../aws/errors.ts';
import type { CidrBlock } from '../../../aws/ec2/vpc.ts';
import { type Action, next, type Outcome, type Pass } from '../../../composed/index.ts';
import { type Cidr, cidrText, parseCidr } from '../../../util/cidr.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { BLOCK_WAIT_MS, inUseWaitMs } from '../../common/vpc/timing.ts';
import { repaired } from '../../common/news.ts';
import {
  type BlockRecord,
  disassociate,
  failedBlock,
  failureOf,
  isOwnBlock,
  isRefusalFinal,
  isUnlisted,
  presentBlock,
} from '../../common/vpc/cidr-block.ts';
import { createWaits, stopWaiting } from '../../common/waits.ts';
import type { Facts, RangeState, VpcState } from './state.ts';

/** The range as a block of the VPC. Whose it is stands in `addressSpaceCreated` and `addressSpaceId`; see common/vpc/cidr-block.ts. */

function recordOf({ addressSpaceId, addressSpaceCreated }: Facts): BlockRecord {
  return { associationId: addressSpaceId, isAdded: addressSpaceCreated };
}

/**
 * An intent whose block has not come while AWS could still bring it means nothing any more: a block of that range that
 * appears later is somebody else's. Nothing came of it when AWS refused and could not be asked at once whether it had.
 */
export const forgetLapsedIntent: Action<VpcState> = function forgetLapsedIntent({ facts, vpc, unansweredAtMs }) {
  const isStanding = facts.addressSpaceCreated === true && facts.addressSpaceId === undefined;
  if (isStanding && unansweredAtMs === undefined && claimedBlock({ vpc, facts }) === undefined) {
    facts.addressSpaceCreated = undefined;
  }
  return next;
};

export const ensureAddressSpace: Action<RangeState> = async function ensureAddressSpace(state, pass) {
  const { vpc, range, facts } = state;
  const failure = failedBlock(vpc, recordOf(facts), range);
  if (failure !== undefined) return reportFailure(state, failure, pass);
  if (isUnlisted(vpc, recordOf(facts), range)) return lookAgain(state);
  const block = presentBlock(vpc, range) ?? (await associate(state, pass));
  noteBlock(facts, block);
  if (block.state === 'associated') return next;
  return stopWaiting(state, `waiting for AWS: the block ${block.cidr} is ${block.state}`, BLOCK_WAIT_MS);
};

async function associate(state: RangeState, pass: Pass): Promise<CidrBlock> {
  const { facts, vpc, range, ec2 } = state;
  if (facts.addressSpaceCreated !== true || facts.addressSpaceId !== undefined) {
    const intent = { vpcId: vpc.id, addressSpaceCreated: true, addressSpaceId: null };
    state.object = await state.cluster.recordStatus(state.kind, state.object, intent, pass);
    Object.assign(facts, { ...intent, addressSpaceId: undefined });
  }
  try {
    const block = await ec2.associateCidrBlock(vpc.id, cidrText(range));
    // Whoever has subnets had the block they lie in.
    const hadIt = state.facts.subnets !== undefined && state.facts.subnets.length > 0;
    if (hadIt) state.news.push(repaired(`The block ${block.cidr} was gone from the VPC and is in it again`));
    return block;
  } catch (error) {
    if (!isOutcomeUnknown(error) && (await isRefusalFinal(ec2, vpc.id, range))) facts.addressSpaceCreated = undefined;
    throw error;
  }
}

function noteBlock(facts: Facts, block: CidrBlock): void {
  facts.addressSpaceCreated = isOwnBlock(recordOf(facts), block);
  facts.addressSpaceId = block.associationId;
}

/** The id is forgotten, the intent is not: the block is ours when it turns up, and made anew when the next look does not show it. */
function lookAgain(state: RangeState): Outcome {
  state.facts.addressSpaceId = undefined;
  return stopWaiting(state, `waiting for AWS: the block ${cidrText(state.range)} is not there yet`, BLOCK_WAIT_MS);
}

/** Once told, the failed association is forgotten, so that the next look tries anew. */
function reportFailure(state: RangeState, block: CidrBlock, pass: Pass): Outcome {
  Object.assign(state.facts, { addressSpaceId: undefined, addressSpaceCreated: undefined });
  return stopRefused(state, failureOf(block), pass);
}

/** Whether our block is on its way out: AWS lets it go only when no subnet lies in it, so there is none to look for. */
export function isBlockLeaving({ vpc, facts }: VpcState): boolean {
  const block = claimedBlock({ vpc, facts });
  return block !== undefined && block.state === 'disassociating' && isOwnBlock(recordOf(facts), block);
}

function claimedBlock({ vpc, facts }: Pick<VpcState, 'vpc' | 'facts'>): CidrBlock | undefined {
  const range: Cidr | undefined = parseCidr(facts.cidr ?? '');
  return range === undefined ? undefined : presentBlock(vpc, range);
}

/** Takes our block out of the VPC and waits until it is. Blocks of others stay. */
export function deleteAddressSpace(): Action<VpcState> {
  const waits = createWaits();
  return async function deleteAddressSpace(state, pass) {
    const { uid } = state.object.metadata;
    const block = claimedBlock(state);
    if (block === undefined || !isOwnBlock(recordOf(state.facts), block)) {
      // Ours is out. Another one that we asked for may come late, under an id of its own: then the intent tells whose it is.
      if (block === undefined && state.unansweredAtMs !== undefined && state.facts.addressSpaceCreated === true) {
        state.facts.addressSpaceId = undefined;
      }
      waits.end(uid);
      return next;
    }
    const isAsked = block.state !== 'associated' || (await disassociate(state.ec2, block));
    const message = isAsked
      ? `waiting for AWS: the block ${block.cidr} leaves the VPC`
      : `waiting until nothing uses the block ${block.cidr} any more, such as a subnet that somebody else made in it`;
    const elapsedMs = waits.elapsedMs(uid, pass.clock, state.waitScale);
    return stopWaiting(state, message, isAsked ? BLOCK_WAIT_MS : inUseWaitMs(elapsedMs));
  };
}
