import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { allocateCidr, type Cidr, cidrOf, cidrText, isSameCidr, parseCidr } from '../../../util/cidr.ts';
import { blockPools, blockRefusal, restrictedRanges } from '../../common/vpc/cidr-rules.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { isPresent, presentBlock } from '../../common/vpc/cidr-block.ts';
import {
  type Claim,
  claimProblem,
  routeProblem,
  type Surroundings,
  unacceptedProblem,
} from '../../common/vpc/surroundings.ts';
import { splitProblem } from './subnet-plan.ts';

/** What a range has to fit into. */
export interface World {
  readonly vpc: Vpc;
  readonly scope: Scope;
  /** Ranges of other IpRanges, also those not associated yet. */
  readonly claims: readonly Claim[];
  readonly surroundings: Surroundings;
}

const ALLOCATED_PREFIX = 22;

/**
 * Never allocated: ranges that the infrastructure around uses, and 172.17.0.0/16, which Docker hosts and
 * [some AWS services](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html) take for their own.
 */
const RESERVED = ['10.242.0.0/16', '10.243.0.0/16', '10.254.0.0/16', '10.64.0.0/11', '172.17.0.0/16'].map(cidrOf);

/**
 * Finds a free range: the first after the nodes, within the private ranges that the VPC can take. Where a route leads is
 * somebody's, however wide it is: hosts there would be out of reach.
 */
export function allocateRange(world: World): Cidr | undefined {
  const primary = cidrOf(world.vpc.cidr);
  const { nodes } = world.scope.spec.scope.aws.network;
  return allocateCidr({
    prefix: ALLOCATED_PREFIX,
    pools: blockPools(primary),
    occupied: [
      ...RESERVED,
      ...restrictedRanges(primary, blocksOf(world.vpc)),
      ...[...blockClaims(world.vpc), ...claimsOf(world), ...world.surroundings.routes].map(({ cidr }) => cidr),
    ],
    after: parseCidr(nodes ?? '') ?? primary,
  });
}

/**
 * Why `cidr` cannot become the range of an IpRange; undefined when it can. Everything is looked at before anything is
 * changed. A block of the VPC that equals the range is used, so it is no obstacle.
 */
export function rangeProblem(cidr: Cidr, world: World): Finding | undefined {
  const { vpc, scope, surroundings } = world;
  const isBlock = presentBlock(vpc, cidr) !== undefined;
  const refusal = isBlock ? undefined : blockRefusal(cidr, cidrOf(vpc.cidr), blocksOf(vpc));
  if (refusal !== undefined) return failed('InvalidCidr', `CIDR ${cidrText(cidr)} can not be used: ${refusal}`);
  const otherBlocks = blockClaims(vpc).filter((claim) => !isSameCidr(claim.cidr, cidr));
  const problem = claimProblem(cidr, [...otherBlocks, ...claimsOf(world)]);
  if (problem !== undefined) return problem;
  const route = isBlock ? undefined : routeProblem(cidr, surroundings);
  if (route !== undefined) return route;
  return splitProblem(cidr, scope.spec.scope.aws.network.zones.length);
}

/** Why the VPC takes no further block, whichever it is; undefined when it does. */
export function extensionProblem(
  { vpc, surroundings }: Pick<World, 'vpc' | 'surroundings'>,
  blocksPerVpc: number,
): Finding | undefined {
  const count = blocksOf(vpc).length;
  if (count >= blocksPerVpc) {
    const message =
      `VPC ${vpc.id} has ${count} blocks, and the quota "IPv4 CIDR blocks per VPC" is ${blocksPerVpc}: free one, or ` +
      'have AWS raise the quota and tell the operator with --blocks-per-vpc';
    return failed('FailedExtendingVpcAddressSpace', message);
  }
  return unacceptedProblem(vpc, surroundings);
}

function blocksOf(vpc: Vpc): readonly Cidr[] {
  return vpc.cidrBlocks.filter(isPresent).map((block) => cidrOf(block.cidr));
}

function blockClaims(vpc: Vpc): readonly Claim[] {
  return blocksOf(vpc).map((cidr) => ({ cidr, by: 'the VPC block' }));
}

/** What must not be overlapped, wherever it is written. */
function claimsOf({ scope, claims, surroundings }: World): readonly Claim[] {
  return [...scopeClaims(scope), ...claims, ...surroundings.peers];
}

/** The networks of the cluster. Those that the Scope does not know cannot be kept free. */
function scopeClaims(scope: Scope): readonly Claim[] {
  const { nodes, pods, services } = scope.spec.scope.aws.network;
  return Object.entries({ nodes, pods, services }).flatMap(([name, text]) => {
    const cidr = parseCidr(text ?? '');
    return cidr === undefined ? [] : [{ cidr, by: `the ${name} range` }];
  });
}
