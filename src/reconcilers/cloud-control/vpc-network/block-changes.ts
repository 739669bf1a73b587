import type { VpcNetworkStatus } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import type { CidrBlock, Vpc } from '../../../aws/ec2/vpc.ts';
import { type Cidr, cidrOf, cidrText, isSameCidr, overlaps } from '../../../util/cidr.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { type BlockRecord, isOwnBlock, isPresent, isUnlisted, presentBlock } from '../../common/vpc/cidr-block.ts';
import { type AskedBlocks, primaryProblem, quotaProblem, refusalProblem } from './asked.ts';

/** A block that was added for the object, as its status records it. */
export type AddedBlock = NonNullable<VpcNetworkStatus['blocks']>[number];

/** What is asked, what there is, and what of it is ours. */
export interface Blocks {
  readonly blocks: AskedBlocks;
  readonly vpc: Vpc;
  readonly added: readonly AddedBlock[];
}

export interface BlockChanges {
  /** Asked, and not there. */
  readonly missing: readonly Cidr[];
  /** Those of `missing` that AWS has associated and does not show yet. */
  readonly unlisted: readonly Cidr[];
  /** Asked, and on their way. */
  readonly pending: readonly CidrBlock[];
  /** Ours, and not asked for any more. */
  readonly surplus: readonly CidrBlock[];
  /** What somebody else has in the VPC. */
  readonly foreign: readonly CidrBlock[];
}

export function recordOf({ associationId }: AddedBlock): BlockRecord {
  return { associationId, isAdded: true };
}

export function isAmong(blocks: readonly Cidr[], cidr: Cidr): boolean {
  return blocks.some((block) => isSameCidr(block, cidr));
}

export function blockChangesOf({ blocks, vpc, added }: Blocks): BlockChanges {
  const present = vpc.cidrBlocks.filter(isPresent);
  const missing = blocks.filter((block) => presentBlock(vpc, block) === undefined);
  const unasked = present.filter(({ cidr }) => !isAmong(blocks, cidrOf(cidr)));
  const isOurs = (block: CidrBlock): boolean =>
    added.some((one) => isSameCidr(cidrOf(one.cidr), cidrOf(block.cidr)) && isOwnBlock(recordOf(one), block));
  return {
    missing,
    unlisted: missing.filter((block) =>
      added.some((one) => isSameCidr(cidrOf(one.cidr), block) && isUnlisted(vpc, recordOf(one), block)),
    ),
    pending: present.filter((block) => isAmong(blocks, cidrOf(block.cidr)) && block.state !== 'associated'),
    surplus: unasked.filter(isOurs),
    foreign: unasked.filter((block) => !isOurs(block)),
  };
}

/** Why the VPC cannot have the asked blocks; undefined when it can. */
export function blocksProblem(state: Blocks, blocksPerVpc: number): Finding | undefined {
  const { blocks, vpc } = state;
  const { missing, foreign } = blockChangesOf(state);
  const taken = foreign.map(({ cidr }) => cidrOf(cidr));
  return (
    primaryProblem(blocks, vpc) ??
    quotaProblem(blocks.length, blocksPerVpc, foreign.length) ??
    foreignProblem(missing, taken) ??
    refusalProblem(missing, cidrOf(vpc.cidr), [...blocks, ...taken])
  );
}

function foreignProblem(missing: readonly Cidr[], taken: readonly Cidr[]): Finding | undefined {
  for (const block of missing) {
    const obstacle = taken.find((other) => overlaps(block, other));
    if (obstacle === undefined) continue;
    return failed('CidrOverlap', `CIDR ${cidrText(block)} overlaps with the VPC block ${cidrText(obstacle)}`);
  }
  return undefined;
}

/** What of the missing blocks there is room for by now; what they overlap with, or what fills the quota, has to go first. */
export function addableBlocks(state: Blocks, blocksPerVpc: number): readonly Cidr[] {
  const present = state.vpc.cidrBlocks.filter(isPresent);
  const { missing, unlisted } = blockChangesOf(state);
  const free = missing.filter((block) => !present.some(({ cidr }) => overlaps(block, cidrOf(cidr))));
  const room = Math.max(blocksPerVpc - present.length - unlisted.length, 0);
  return free.filter((block) => !isAmong(unlisted, block)).slice(0, room);
}

/**
 * The record, brought up to what AWS shows. Of what is not there the id is forgotten; that it is ours is remembered as long
 * as it is asked for, or as a request for it may still be carried out.
 */
export function renewedRecord({ blocks, vpc, added }: Blocks, mayComeLate: boolean): readonly AddedBlock[] {
  return added.flatMap((one) => {
    const cidr = cidrOf(one.cidr);
    const block = presentBlock(vpc, cidr);
    if (block === undefined) return mayComeLate || isAmong(blocks, cidr) ? [{ cidr: one.cidr }] : [];
    return isOwnBlock(recordOf(one), block) ? [{ cidr: one.cidr, associationId: block.associationId }] : [];
  });
}

/** The asked blocks as the status tells them: by their first addresses, in the order of addresses. */
export function sortedTexts(blocks: readonly Cidr[]): readonly string[] {
  return blocks.toSorted((a, b) => a.first - b.first || a.prefix - b.prefix).map(cidrText);
}
