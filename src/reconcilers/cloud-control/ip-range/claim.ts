import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { named, type Pass, type StateFactory } from '../../../composed/index.ts';
import { type Cidr, cidrOf, cidrText, contains, isSameCidr, parseCidr } from '../../../util/cidr.ts';
import { awaitAll } from '../../../util/settled.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed, type Finding } from '../../common/finding.ts';
import {
  indexValueOf,
  NETWORK_INDEX,
  networkIndexValues,
  VPC_INDEX,
  VPC_NETWORK_INDEX,
  vpcNetworkIndexValues,
} from '../../common/indexes.ts';
import { enriched } from '../../common/object-state.ts';
import { isPresent, presentBlock } from '../../common/vpc/cidr-block.ts';
import { allocateRange, extensionProblem, rangeProblem, type World } from './range.ts';
import type { IpRangeDeps, RangeState, VpcState } from './state.ts';
import { ownSubnets } from './subnet.ts';
import { type Claim, NOTHING_AROUND, readSurroundings } from '../../common/vpc/surroundings.ts';

/**
 * Which range belongs to the object.
 *
 * A range is claimed by writing it to `status.cidr` before anything is done with it; other IpRanges respect the claim
 * from that moment on, whether AWS knows of it yet or not. Looking for a free range and claiming it is one step, and one
 * such step at a time runs in the program. An allocated range that cannot be used after all (somebody took it before AWS
 * gave it to us) is given up for another; a given one stays the user's wish, and the problem is shown.
 */

export function ensureClaim(deps: Pick<IpRangeDeps, 'serial' | 'blocksPerVpc'>): StateFactory<VpcState, RangeState> {
  return named('ensureClaim', async (state: VpcState, pass: Pass) => {
    const range = settledRange(state);
    if (range !== undefined) return enriched(state, { range });
    const problem = givenProblem(state);
    if (problem !== undefined) return stopRefused(state, problem, pass);
    const [surroundings, lost] = await awaitAll([readSurroundings(state), lostClaim(state)]);
    return deps.serial(pass.signal, async () => {
      const found = chooseRange({ ...state, surroundings, lost }, deps.blocksPerVpc);
      if ('state' in found) return stopRefused(state, found, pass);
      const isFoundAgain = lost !== undefined && isSameCidr(lost, found);
      await claim(state, found, isFoundAgain, pass);
      return enriched(state, { range: found });
    });
  });
}

/** The range when it is claimed and in the VPC: then it is past all questions, unless the spec was changed. */
function settledRange({ object, facts, vpc }: VpcState): Cidr | undefined {
  const claimed = parseCidr(facts.cidr ?? '');
  const given = parseCidr(object.spec.cidr ?? '');
  if (claimed === undefined || facts.addressSpaceId === undefined) return undefined;
  if (object.spec.cidr !== undefined && (given === undefined || !isSameCidr(given, claimed))) return undefined;
  return presentBlock(vpc, claimed) === undefined ? undefined : claimed;
}

/** While a range is looked for, with what lies around the VPC. */
interface ChoosingState extends VpcState, Pick<World, 'surroundings'> {
  readonly lost: Cidr | undefined;
}

function chooseRange(state: ChoosingState, blocksPerVpc: number): Cidr | Finding {
  const { object, facts, vpc, lost } = state;
  const claimed = parseCidr(facts.cidr ?? '');
  const { cidr } = object.spec;
  const found = cidr === undefined ? allocatedRange(state, claimed ?? lost) : givenRange(state, cidr, claimed);
  if ('state' in found || presentBlock(vpc, found) !== undefined) return found;
  return extensionProblem(state, blocksPerVpc) ?? found;
}

/**
 * The block in which subnets of the object lie whose status tells of no claim, because it or the whole object was lost and made
 * anew: when something comes from a backup. It was added to the VPC then, because only a free range is allocated. Not looked for
 * when nobody can have begun the object before, and every block is somebody's.
 */
async function lostClaim(state: VpcState): Promise<Cidr | undefined> {
  const { object, facts, vpc, ec2, unansweredAtMs } = state;
  if (object.spec.cidr !== undefined || facts.cidr !== undefined) return undefined;
  const blocks = vpc.cidrBlocks.filter(isPresent).map(({ cidr }) => cidrOf(cidr));
  if (unansweredAtMs === undefined && !blocks.some((block) => isNobodys(block, state))) return undefined;
  const own = ownSubnets({ object, subnets: await ec2.describeSubnets(vpc.id) }).map(({ cidr }) => cidrOf(cidr));
  return own.length === 0 ? undefined : blocks.find((block) => own.every((cidr) => contains(block, cidr)));
}

/** Whether a block is neither the one that the VPC was made with nor claimed by an IpRange. */
function isNobodys(block: Cidr, state: VpcState): boolean {
  const claims = otherRanges(state).flatMap((other) => claimOf(other, 'claimed'));
  return [cidrOf(state.vpc.cidr), ...claims.map(({ cidr }) => cidr)].every((taken) => !isSameCidr(taken, block));
}

function allocatedRange(state: ChoosingState, claimed: Cidr | undefined): Cidr | Finding {
  if (claimed !== undefined && rangeProblem(claimed, worldOf(state, 'claimed')) === undefined) return claimed;
  const allocated = allocateRange(worldOf(state, 'claimed or wished'));
  if (allocated !== undefined) return allocated;
  const message =
    'Unable to allocate CIDR: no free range was found; delete the IpRange, after what waits for it, and make it anew with spec.cidr';
  return failed('CidrAllocationFailed', message);
}

/** What is wrong with a given range wherever its VPC leads to; AWS need not be asked for that. */
function givenProblem(state: VpcState): Finding | undefined {
  const { cidr } = state.object.spec;
  if (cidr === undefined) return undefined;
  const found = givenRange(
    { ...state, surroundings: NOTHING_AROUND, lost: undefined },
    cidr,
    parseCidr(state.facts.cidr ?? ''),
  );
  return 'state' in found ? found : undefined;
}

function givenRange(state: ChoosingState, text: string, claimed: Cidr | undefined): Cidr | Finding {
  const given = parseCidr(text);
  if (given === undefined) return failed('InvalidCidr', `Can not parse CIDR ${text}`);
  if (claimed !== undefined && !isSameCidr(claimed, given)) {
    return failed('CidrCanNotChange', `CIDR can not change from ${cidrText(claimed)} to ${cidrText(given)}`);
  }
  return rangeProblem(given, worldOf(state, 'claimed')) ?? given;
}

function worldOf(state: ChoosingState, which: 'claimed' | 'claimed or wished'): World {
  const { object, scope, vpc, surroundings } = state;
  const claims = otherRanges(state)
    .filter((other) => !yieldsTo(other, object))
    .flatMap((other) => claimOf(other, which));
  return { scope, vpc, claims: [...claims, ...blocksToCome(state)], surroundings };
}

/** Those that are, or mean to be, in the same VPC. */
function otherRanges(state: VpcState): readonly IpRange[] {
  const { object, cluster } = state;
  const named = namingTheSame(object, (index, value) => cluster.byIndex(ipRangeKind, index, value));
  return [...named, ...inVpc(state)].filter(({ metadata }) => metadata.uid !== object.metadata.uid);
}

/** What VpcNetworks have yet to add to the VPC. */
function blocksToCome({ cluster, vpc }: VpcState): readonly Claim[] {
  return cluster
    .byIndex(vpcNetworkKind, VPC_INDEX, vpc.id)
    .filter(({ spec }) => spec.type === 'kyma')
    .flatMap((network) => network.spec.cidrBlocks.map((text) => ({ text, by: `VpcNetwork ${indexValueOf(network)}` })))
    .flatMap(({ text, by }) => {
      const cidr = parseCidr(text);
      return cidr === undefined || presentBlock(vpc, cidr) !== undefined ? [] : [{ cidr, by }];
    });
}

/** Those that name the same Network or VpcNetwork, whatever VPC that was when they claimed; `object` is among them. */
export function namingTheSame(
  object: IpRange,
  byIndex: (index: string, value: string) => readonly IpRange[],
): readonly IpRange[] {
  return [
    ...networkIndexValues(object).flatMap((value) => byIndex(NETWORK_INDEX, value)),
    ...vpcNetworkIndexValues(object).flatMap((value) => byIndex(VPC_NETWORK_INDEX, value)),
  ];
}

/** Several Networks, of several Scopes, may be one VPC. */
function inVpc({ cluster, vpc }: VpcState): readonly IpRange[] {
  return cluster.byIndex(ipRangeKind, VPC_INDEX, vpc.id);
}

/**
 * Whether `other` has to give way, where two programs at once have let two objects claim: a claim that nothing was done
 * for yet counts nothing against an older object's claim. Without that both would show an error for ever. An allocated
 * range claims nothing against a given one: it can be another.
 */
function yieldsTo(other: IpRange, object: IpRange): boolean {
  const { addressSpaceId, addressSpaceCreated } = other.status ?? {};
  const isUsed = addressSpaceId !== undefined || addressSpaceCreated !== undefined;
  const isAsStrong = object.spec.cidr !== undefined || other.spec.cidr === undefined;
  return !isUsed && isAsStrong && object.status?.cidr !== undefined && ageOf(object) < ageOf(other);
}

/** Sorts the older one first, and of two of one second that with the smaller uid. */
function ageOf({ metadata }: IpRange): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.uid}`;
}

function claimOf(other: IpRange, which: 'claimed' | 'claimed or wished'): readonly Claim[] {
  const wish = which === 'claimed' ? undefined : other.spec.cidr;
  const cidr = parseCidr(other.status?.cidr ?? wish ?? '');
  return cidr === undefined ? [] : [{ cidr, by: `IpRange ${indexValueOf(other)}` }];
}

/** @param isFoundAgain - The block stands already, and was made for the object. */
async function claim(state: VpcState, range: Cidr, isFoundAgain: boolean, pass: Pass): Promise<void> {
  const { facts, vpc, target } = state;
  const place = { cidr: cidrText(range), vpcId: vpc.id, accountId: target.accountId, region: target.region };
  if (facts.cidr === place.cidr && facts.vpcId === place.vpcId) return;
  const fields = { ...place, ...(isFoundAgain && { addressSpaceCreated: true }) };
  state.object = await state.cluster.recordStatus(state.kind, state.object, fields, pass);
  Object.assign(facts, fields);
}
