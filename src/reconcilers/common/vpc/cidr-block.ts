import type { CidrBlock, Vpc, VpcOperations } from '../../../aws/ec2/vpc.ts';
import { type Cidr, isSameCidr, parseCidr } from '../../../util/cidr.ts';
import { isGoneAfter } from '../deletion.ts';
import { failed, type Finding } from '../finding.ts';

/**
 * Blocks of a VPC, for all that add some to it.
 *
 * AWS gives blocks no tags, so whose a block is stands in the status: that it is going to be added is written after the
 * block was seen to be absent and before it is associated, the id of its association as soon as AWS has said it. A block
 * that was there before is used, but is not ours: it stays.
 *
 * States of AWS: associating → associated → disassociating → disassociated, or failing → failed. What is `disassociated`
 * or `failed` is history that AWS shows for a while; such a block is absent.
 */
export interface BlockRecord {
  /** Undefined: AWS has not said it yet. */
  readonly associationId: string | undefined;
  /** Whether the block is added by the object that has the record; undefined: not recorded. */
  readonly isAdded: boolean | undefined;
}

/** Whether a block takes up addresses. */
export function isPresent(block: CidrBlock): boolean {
  return block.state !== 'disassociated' && block.state !== 'failed';
}

/** The blocks whose addresses AWS leads to the VPC, as it writes them: not those that are on their way in or out. */
export function associatedBlocks({ cidrBlocks }: Pick<Vpc, 'cidrBlocks'>): readonly string[] {
  return cidrBlocks.filter(({ state }) => state === 'associated').map(({ cidr }) => cidr);
}

/** The block that `range` is, however AWS writes it. */
export function presentBlock(vpc: Vpc, range: Cidr): CidrBlock | undefined {
  return vpc.cidrBlocks.filter(isPresent).find((block) => {
    const cidr = parseCidr(block.cidr);
    return cidr !== undefined && isSameCidr(cidr, range);
  });
}

/** Whether the block was added by the object that has the record. Without an id, the recorded intent decides. */
export function isOwnBlock({ associationId, isAdded }: BlockRecord, block: CidrBlock): boolean {
  if (associationId === undefined) return isAdded === true;
  return associationId === block.associationId && isAdded !== false;
}

/** Whether AWS does not tell of our association at all, neither as present nor as history; it may not in its first seconds. */
export function isUnlisted(vpc: Vpc, { associationId, isAdded }: BlockRecord, range: Cidr): boolean {
  if (associationId === undefined || isAdded === false) return false;
  return !vpc.cidrBlocks.some((block) => block.associationId === associationId) && !presentBlock(vpc, range);
}

/** Our association, when it failed and nothing has taken its place. */
export function failedBlock(vpc: Vpc, { associationId }: BlockRecord, range: Cidr): CidrBlock | undefined {
  if (presentBlock(vpc, range) !== undefined) return undefined;
  return vpc.cidrBlocks.find((block) => block.state === 'failed' && block.associationId === associationId);
}

export function failureOf(block: CidrBlock): Finding {
  const said = block.stateMessage === undefined ? '' : `: ${block.stateMessage}`;
  return failed('CidrAssociationFailed', `CIDR block ${block.cidr} status state is failed${said}`);
}

/**
 * Whether a refusal to add `range` can be taken at its word: then a block of that range that appears later is not ours. It
 * cannot when the call was made twice, because the first time AWS was busy, and what is refused is a block beside our own.
 */
export async function isRefusalFinal(
  ec2: Pick<VpcOperations, 'describeVpc'>,
  vpcId: string,
  range: Cidr,
): Promise<boolean> {
  try {
    return presentBlock(await ec2.describeVpc(vpcId), range) === undefined;
  } catch {
    // Not known, so not certain. The refusal itself is what the caller reports.
    return false;
  }
}

/** Whether AWS takes the block out; not while something, say a subnet that somebody made, lies in it. */
export function disassociate(ec2: Pick<VpcOperations, 'disassociateCidrBlock'>, block: CidrBlock): Promise<boolean> {
  return isGoneAfter(ec2.disassociateCidrBlock(block.associationId));
}
