/**
 * Subnets of zones that the Scope no longer has.
 *
 * The status stops naming them first, which tells those who put something into the subnets of the IpRange. One of them goes
 * when nothing is in it and nothing can come: AWS shows no network interface in it, and no subnet group of ElastiCache
 * names it. EC2 alone knows nothing of subnet groups, and one that is left with a subnet that is gone takes no more nodes.
 * Until then it is kept, and the condition `Ready` says why. Its part of the range can then serve another zone. So it is with
 * what an object of the same name, taken away by force, has left behind of another range.
 */
import type { Holder } from '../../../aws/ec2/holder.ts';
import type { Subnet } from '../../../aws/ec2/subnet.ts';
import { type Action, named, next, type Pass, stopWithRequeue, stopWithRequeueDelay } from '../../../composed/index.ts';
import { cidrOf, cidrText, contains } from '../../../util/cidr.ts';
import { awaitAll } from '../../../util/settled.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { isGoneAfter } from '../../common/deletion.ts';
import { failed, ready } from '../../common/finding.ts';
import { byHolders } from '../../common/holders.ts';
import { inUseWaitMs } from '../../common/vpc/timing.ts';
import { createWaits } from '../../common/waits.ts';
import type { IpRangeDeps } from './state.ts';
import { ownSubnets, type PlanState } from './subnet.ts';

/** Deletes those that can go, and notes why the others stay. */
export const deleteRetiredSubnets: Action<PlanState> = named('deleteRetiredSubnets', async (state: PlanState) => {
  const retired = retiredSubnets(state);
  if (retired.length === 0) return next;
  if (retired.some((subnet) => isTold(state, subnet))) {
    state.kept = 'those who use it are told first';
    return next;
  }
  const groups = await state.elastiCache.findSubnetGroupsWith(retired.map(({ id }) => id));
  const reasons = await awaitAll(
    retired.map(async (subnet) => {
      const names = groups.filter((group) => group.subnets.some(({ id }) => id === subnet.id)).map(({ name }) => name);
      return names.length > 0
        ? reasonOf(state, subnet, ` by subnet group ${names.sort().join(', ')}`)
        : deleteIfEmpty(state, subnet);
    }),
  );
  const kept = reasons.filter((reason) => reason !== undefined);
  state.kept = kept.length === 0 ? undefined : kept.join('; ');
  // What was freed may be what a new zone needs.
  return kept.length < retired.length && state.unplaced.length > 0
    ? stopWithRequeue('a part of the range is free')
    : next;
});

function retiredSubnets(state: PlanState): readonly Subnet[] {
  const current = new Set(state.facts.subnets?.map(({ id }) => id));
  return ownSubnets(state).filter(({ id }) => !current.has(id));
}

/** Whether the status, as others read it, still names the subnet. */
function isTold({ object }: PlanState, { id }: Subnet): boolean {
  return object.status?.subnets?.some((subnet) => subnet.id === id) === true;
}

async function deleteIfEmpty(state: PlanState, subnet: Subnet): Promise<string | undefined> {
  const { ec2, news } = state;
  const holders: readonly Holder[] = await ec2.findSubnetHolders([subnet.id]);
  if (holders.length > 0) return reasonOf(state, subnet, byHolders(holders));
  if (!(await isGoneAfter(ec2.deleteSubnet(subnet.id)))) return reasonOf(state, subnet, '');
  state.subnets = state.subnets.filter(({ id }) => id !== subnet.id);
  const message = `The subnet ${called(state, subnet)}, was empty and is deleted`;
  news.push({ type: 'Normal', reason: 'SubnetDeleted', message });
  return undefined;
}

function reasonOf(state: PlanState, subnet: Subnet, by: string): string {
  return `the subnet ${called(state, subnet)}, is still used${by}`;
}

function called({ range }: PlanState, { id, zone, cidr }: Subnet): string {
  if (!contains(range, cidrOf(cidr))) return `${id} (${cidr}), which lies outside of the range`;
  return `${id} in zone ${zone}, which the Scope no longer has`;
}

/** The end of a pass that has done what it could: all is as asked, or a zone has no subnet. */
export function reportSubnets({ timing }: Pick<IpRangeDeps, 'timing'>): Action<PlanState> {
  const waits = createWaits();
  return named('reportSubnets', (state: PlanState, pass: Pass) => {
    const { range, unplaced, kept, object } = state;
    const also = kept === undefined ? '' : `; ${kept}`;
    if (unplaced.length > 0) {
      const message = `CIDR ${cidrText(range)} has no room for a subnet in zone ${unplaced.join(', ')}${also}`;
      return stopRefused(state, failed('ShootAndVpcMismatch', message), pass);
    }
    state.finding = ready(`Ready${also}`);
    const { uid } = object.metadata;
    if (kept === undefined) {
      waits.end(uid);
      return stopWithRequeueDelay(timing.lookIntervalMs, 'ready');
    }
    const elapsedMs = waits.elapsedMs(uid, pass.clock, state.waitScale);
    const delayMs = Math.min(inUseWaitMs(elapsedMs) * state.waitScale, timing.lookIntervalMs);
    return stopWithRequeueDelay(delayMs, 'ready; a subnet of a former zone is still there');
  });
}
