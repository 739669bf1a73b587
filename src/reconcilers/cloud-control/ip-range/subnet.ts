import type { IpRange } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import type { Holder } from '../../../aws/ec2/holder.ts';
import type { Subnet } from '../../../aws/ec2/subnet.ts';
import { AwsError } from '../../../aws/errors.ts';
import type { Tags } from '../../../aws/tags.ts';
import { type Action, named, next, type Pass, type StateFactory } from '../../../composed/index.ts';
import { cidrOf, cidrText, isSameCidr, overlaps } from '../../../util/cidr.ts';
import { failuresIn, throwAny } from '../../../util/settled.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { isGoneAfter } from '../../common/deletion.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { inUseWaitMs } from '../../common/vpc/timing.ts';
import { byHolders, unnamed } from '../../common/holders.ts';
import { enriched } from '../../common/object-state.ts';
import { repaired } from '../../common/news.ts';
import { isOwnedBy, ownershipTags, TAG_KEYS } from '../../common/tags.ts';
import { missingTexts } from '../../../util/missing-texts.ts';
import { createWaits, stopWaiting } from '../../common/waits.ts';
import type { RangeState, SubnetState, VpcState } from './state.ts';
import { type PlannedSubnet, planSubnets } from './subnet-plan.ts';
import { DRAINING_MS, SUBNET_WAIT_MS } from './timing.ts';

/** With what each zone is to have. */
export interface PlanState extends RangeState, SubnetState {
  /** In the order of the zones. */
  readonly plan: readonly PlannedSubnet[];
  /** Zones for which the range has no part left. */
  readonly unplaced: readonly string[];
  /** Why subnets of former zones are still there; undefined when there are none. */
  kept: string | undefined;
}

export function loadSubnets<S extends VpcState>(): StateFactory<S, S & SubnetState> {
  return named('loadSubnets', async (state: S) =>
    enriched(state, { subnets: await state.ec2.describeSubnets(state.vpc.id) }),
  );
}

/**
 * Our subnets: by their tags, or, when somebody took those away, by an id in our status. That a subnet belongs to some
 * IpRange proves nothing: there may be several in one VPC.
 */
export function ownSubnets({ object, subnets }: Pick<SubnetState, 'object' | 'subnets'>): readonly Subnet[] {
  const recorded = new Set(object.status?.subnets?.map(({ id }) => id));
  return subnets.filter(
    ({ id, tags }) => recorded.has(id) || (isOwnedBy(tags, object) && tags[TAG_KEYS.ipRange] !== undefined),
  );
}

/** Decides what each zone gets, before anything is made. */
export const loadPlan: StateFactory<RangeState & SubnetState, PlanState> = function loadPlan(state, pass) {
  const own = ownSubnets(state);
  const { planned, unplaced } = planSubnets({
    range: state.range,
    zones: state.scope.spec.scope.aws.network.zones.map(({ name }) => name),
    own,
    recorded: state.facts.subnets ?? [],
  });
  const problem = foreignSubnetProblem(state.subnets, own, planned);
  if (problem !== undefined) return stopRefused(state, problem, pass);
  return enriched(state, { plan: planned, unplaced, kept: undefined });
};

function foreignSubnetProblem(
  subnets: readonly Subnet[],
  own: readonly Subnet[],
  plan: readonly PlannedSubnet[],
): Finding | undefined {
  const foreign = subnets.filter((subnet) => !own.includes(subnet));
  for (const { range } of plan) {
    const obstacle = foreign.find((subnet) => overlaps(cidrOf(subnet.cidr), range));
    if (obstacle !== undefined) {
      const message = `Range ${cidrText(range)} overlaps with existing subnet ${obstacle.id} with cidr ${obstacle.cidr}`;
      return failed('CidrOverlap', message);
    }
  }
  return undefined;
}

/**
 * Makes the subnets that are missing and gives back the tags that were lost. What can be done is done, also when one of
 * the calls fails; the next pass goes on from what then exists.
 */
export const ensureSubnets: Action<PlanState> = async function ensureSubnets(state) {
  const unlisted = await createMissing(state);
  if (unlisted.length === 0) return next;
  const message = `waiting for AWS: it has subnets that it does not list yet: ${unlisted.join(', ')}`;
  return stopWaiting(state, message, SUBNET_WAIT_MS);
};

/** Answers with the ranges that AWS has a subnet in, though its list did not show one. */
async function createMissing(state: PlanState): Promise<readonly string[]> {
  const own = ownSubnets(state);
  const missing = state.plan.filter((planned) => !own.some((subnet) => isAsPlanned(subnet, planned)));
  const created: Subnet[] = [];
  const unlisted: string[] = [];
  const settled = await Promise.allSettled([
    ...missing.map(async (planned) => {
      const subnet = await create(state, planned);
      if (subnet === undefined) unlisted.push(cidrText(planned.range));
      else created.push(subnet);
      if (subnet !== undefined) announceAgain(state, planned.zone, subnet);
    }),
    ...own.map((subnet) => restoreTags(state, subnet)),
  ]);
  state.subnets = [...state.subnets, ...created];
  noteSubnets(state);
  throwAny(failuresIn(settled), 'Some subnets could not be made');
  return unlisted;
}

function isAsPlanned({ zone, cidr }: Subnet, planned: PlannedSubnet): boolean {
  return zone === planned.zone && isSameCidr(cidrOf(cidr), planned.range);
}

function announceAgain({ object, news }: PlanState, zone: string, { id }: Subnet): void {
  const lost = object.status?.subnets?.find((subnet) => subnet.zone === zone)?.id;
  if (lost !== undefined) news.push(repaired(`The subnet ${lost} in zone ${zone} was gone; ${id} takes its place`));
}

/**
 * Undefined when a subnet is in the range already. The list was asked before and showed none, so it is one of the last
 * seconds, ours most likely: EC2's lists are
 * [eventually consistent](https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
 */
async function create(state: PlanState, { zone, index, range }: PlannedSubnet): Promise<Subnet | undefined> {
  const { ec2, vpc, object } = state;
  const tags = { ...subnetTags(object), [TAG_KEYS.awsName]: `${object.metadata.name}-${index}` };
  try {
    return await ec2.createSubnet({ vpcId: vpc.id, zone, cidr: cidrText(range), tags });
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InvalidSubnet.Conflict') return undefined;
    throw error;
  }
}

function subnetTags(object: IpRange): Tags {
  return { ...ownershipTags(object), [TAG_KEYS.ipRange]: '1' };
}

async function restoreTags({ ec2, object, news }: PlanState, subnet: Subnet): Promise<void> {
  const missing = missingTexts(subnetTags(object), subnet.tags);
  if (Object.keys(missing).length === 0) return;
  await ec2.createTags([subnet.id], missing);
  news.push(repaired(`Tags of the subnet ${subnet.id} were missing and are there again`));
}

/** Tells what exists, in the order of the zones, so that the status reads the same whatever the order of AWS. */
function noteSubnets(state: PlanState): void {
  const own = ownSubnets(state);
  const subnets = state.plan.flatMap((planned) => own.find((subnet) => isAsPlanned(subnet, planned)) ?? []);
  state.facts.ranges = state.plan.map(({ range }) => cidrText(range));
  state.facts.subnets = subnets.map(({ id, zone, cidr, tags }) => {
    const name = tags[TAG_KEYS.awsName];
    return { id, zone, range: cidr, ...(name !== undefined && { name }) };
  });
}

export const waitForSubnetsAvailable: Action<PlanState> = function waitForSubnetsAvailable(state) {
  const pending = ownSubnets(state).filter((subnet) => subnet.state === 'pending');
  if (pending.length === 0) return next;
  const message = `waiting for AWS: subnets ${pending.map(({ id }) => id).join(', ')} are pending`;
  return stopWaiting(state, message, SUBNET_WAIT_MS);
};

/** Deletes our subnets, and no other. Caches that were just deleted hold on to theirs for a while: that is no error. */
export function deleteSubnets(): Action<SubnetState> {
  const waits = createWaits();
  return named('deleteSubnets', async (state: SubnetState, pass: Pass) => {
    const { uid } = state.object.metadata;
    const own = ownSubnets(state);
    const settled = await Promise.allSettled(own.map(({ id }) => isGoneAfter(state.ec2.deleteSubnet(id))));
    throwAny(failuresIn(settled), 'Some subnets could not be deleted');
    const inUse = own.filter((_, i) => settled[i]?.status === 'fulfilled' && !settled[i].value);
    if (inUse.length === 0) {
      waits.end(uid);
      return next;
    }
    const elapsedMs = waits.elapsedMs(uid, pass.clock, state.waitScale);
    const ids = inUse.map(({ id }) => id);
    const holders = elapsedMs < DRAINING_MS ? [] : await state.ec2.findSubnetHolders(ids).catch(unnamed(pass));
    const message = `waiting until nothing uses the subnets ${ids.join(', ')} any more${heldBy(holders)}`;
    return stopWaiting(state, message, inUseWaitMs(elapsedMs));
  });
}

function heldBy(holders: readonly Holder[]): string {
  return holders.length === 0 ? '' : `; they are used${byHolders(holders)}`;
}
