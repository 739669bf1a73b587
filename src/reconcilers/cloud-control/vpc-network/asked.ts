import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { named, type StateFactory, stopAndForget } from '../../../composed/index.ts';
import { type Cidr, cidrOf, cidrText, isSameCidr, overlaps, parseCidr } from '../../../util/cidr.ts';
import { blockRefusal } from '../../common/vpc/cidr-rules.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import { nameOf } from './name.ts';
import type { AwsState, VpcNetworkDeps } from './state.ts';

/** By their first addresses, in the order of the specification; the first one is the primary block of a new VPC. */
export type AskedBlocks = readonly [Cidr, ...Cidr[]];

/** With what is asked for, as far as that can be judged without AWS. */
export interface AskedState extends AwsState {
  readonly name: string;
  readonly blocks: AskedBlocks;
}

/** What is wrong with the specification is not tried again: only another one mends it. */
export function loadAsked({ network }: Pick<VpcNetworkDeps, 'network'>): StateFactory<AwsState, AskedState> {
  return named('loadAsked', (state: AwsState) => {
    const blocks = askedBlocks(state.object.spec.cidrBlocks, network.blocksPerVpc);
    if ('state' in blocks) {
      state.finding = blocks;
      return stopAndForget(blocks.message);
    }
    const name = nameOf(state.object, network.namePrefix);
    state.facts.ids.name = name;
    return enriched(state, { name, blocks });
  });
}

/** The blocks, or why no VPC can have them, whatever else is in it. */
export function askedBlocks(texts: readonly string[], blocksPerVpc: number): AskedBlocks | Finding {
  const invalid = texts.filter((text) => parseCidr(text) === undefined);
  if (invalid.length > 0) return failed('InvalidCidr', `Invalid CIDR blocks [${invalid.join(' ')}]`);
  const [first, ...others] = texts.map(cidrOf);
  if (first === undefined) return failed('InvalidCidr', 'No CIDR blocks are asked for');
  return overlapProblem([first, ...others]) ?? quotaProblem(texts.length, blocksPerVpc) ?? [first, ...others];
}

function overlapProblem(blocks: readonly Cidr[]): Finding | undefined {
  const overlapping = blocks.filter((block) => blocks.some((other) => other !== block && overlaps(block, other)));
  if (overlapping.length === 0) return undefined;
  return failed('CidrOverlap', `Overlapping CIDR blocks [${overlapping.map(cidrText).join(' ')}]`);
}

/** @param otherCount - Blocks that somebody else has added to the VPC. */
export function quotaProblem(askedCount: number, blocksPerVpc: number, otherCount = 0): Finding | undefined {
  if (askedCount + otherCount <= blocksPerVpc) return undefined;
  const others = otherCount > 0 ? ` beside ${otherCount} of others` : '';
  const message = `${askedCount} CIDR blocks are asked for${others}, and a VPC may have ${blocksPerVpc}; if AWS has granted more, tell the operator by --blocks-per-vpc`;
  return failed('InvalidCidr', message);
}

/** Why AWS would refuse one of `blocks` in a VPC of this primary block and all of `beside`; undefined when it would not. */
export function refusalProblem(blocks: readonly Cidr[], primary: Cidr, beside: readonly Cidr[]): Finding | undefined {
  for (const block of blocks.filter((one) => !isSameCidr(one, primary))) {
    const refusal = blockRefusal(block, primary, beside);
    if (refusal !== undefined) return failed('InvalidCidr', `CIDR ${cidrText(block)} can not be used: ${refusal}`);
  }
  return undefined;
}

/** AWS never changes the primary block. */
export function primaryProblem(blocks: AskedBlocks, vpc: Vpc): Finding | undefined {
  const primary = cidrOf(vpc.cidr);
  if (blocks.some((block) => isSameCidr(block, primary))) return undefined;
  const message = `The primary block ${vpc.cidr} of VPC ${vpc.id} must be among cidrBlocks, because AWS never changes it`;
  return failed('InvalidCidr', message);
}
