import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { named, type Pass, type StateFactory } from '../../../composed/index.ts';
import { type Cidr, cidrText, isSameCidr, parseCidr } from '../../../util/cidr.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { indexValueOf, SCOPE_INDEX, VPC_INDEX } from '../../common/indexes.ts';
import { enriched } from '../../common/object-state.ts';
import { ALONE, presentBlock } from '../../common/vpc-block.ts';
import { allocateRange, type Claim, rangeProblem, type World } from './range.ts';
import type { IpRangeDeps, RangeState, VpcState } from './state.ts';

/**
 * Which range belongs to the object.
 *
 * A range is claimed by writing it to `status.cidr` before anything is done with it; other IpRanges respect the claim
 * from that moment on, whether AWS knows of it yet or not. Looking for a free range and claiming it is one step, and one
 * such step at a time runs in the program. An allocated range that cannot be used after all (somebody took it before AWS
 * gave it to us) is given up for another; a given one stays the user's wish, and the problem is shown.
 */

export function ensureClaim({ serial }: Pick<IpRangeDeps, 'serial'>): StateFactory<VpcState, RangeState> {
  return named('ensureClaim', async (state: VpcState, pass: Pass) => {
    const range = settledRange(state);
    if (range !== undefined) return enriched(state, { range });
    return serial(pass.signal, async () => {
      const found = chooseRange(state);
      if ('state' in found) return stopRefused(state, found, pass);
      await claim(state, found, pass);
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

function chooseRange(state: VpcState): Cidr | Finding {
  const { object, facts } = state;
  const claimed = parseCidr(facts.cidr ?? '');
  if (object.spec.cidr !== undefined) return givenRange(state, object.spec.cidr, claimed);
  if (claimed !== undefined && rangeProblem(claimed, worldOf(state, 'claimed')) === undefined) return claimed;
  const allocated = allocateRange(worldOf(state, 'claimed or wished'));
  return allocated ?? failed('CidrAllocationFailed', 'Unable to allocate CIDR: no free range was found');
}

function givenRange(state: VpcState, text: string, claimed: Cidr | undefined): Cidr | Finding {
  const given = parseCidr(text);
  if (given === undefined) return failed('InvalidCidr', `Can not parse CIDR ${text}`);
  if (claimed !== undefined && !isSameCidr(claimed, given)) {
    return failed('CidrCanNotChange', `CIDR can not change from ${cidrText(claimed)} to ${cidrText(given)}`);
  }
  return rangeProblem(given, worldOf(state, 'claimed')) ?? given;
}

function worldOf({ object, cluster, scope, vpc }: VpcState, which: 'claimed' | 'claimed or wished'): World {
  // Two Scopes may name the same VPC.
  const neighbours = [
    ...cluster.byIndex(ipRangeKind, SCOPE_INDEX, indexValueOf(scope)),
    ...cluster.byIndex(ipRangeKind, VPC_INDEX, vpc.id),
  ].filter((other) => other.metadata.uid !== object.metadata.uid && !yieldsTo(other, object));
  return { scope, vpc, claims: neighbours.flatMap((other) => claimOf(other, which)) };
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

async function claim(state: VpcState, range: Cidr, pass: Pass): Promise<void> {
  const { facts, vpc } = state;
  const fields = { cidr: cidrText(range), vpcId: vpc.id };
  if (facts.cidr === fields.cidr && facts.vpcId === fields.vpcId) return;
  state.object = await state.cluster.recordStatus(state.kind, state.object, fields, pass, ALONE);
  Object.assign(facts, fields);
}
