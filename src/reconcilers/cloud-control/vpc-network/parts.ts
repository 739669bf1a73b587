import {
  type Action,
  named,
  next,
  type Pass,
  type StateFactory,
  stopWithRequeueDelay,
} from '../../../composed/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { enriched } from '../../common/object-state.ts';
import { isReady } from '../../common/status.ts';
import { stopWaiting } from '../../common/waits.ts';
import { type AttributesState, NEW_VPC_ATTRIBUTES } from './attributes.ts';
import { type DhcpOptionsState, loadDhcpOptions } from './dhcp-options.ts';
import type { GatewaysState } from './internet-gateway.ts';
import { mayTurnUp, type NewParts, type Part, recordIntents } from './part.ts';
import type { SecurityGroupState } from './security-group.ts';
import type { VpcNetworkContext } from './state.ts';
import { CONFIRM_WAIT_MS } from './timing.ts';
import type { VpcState } from './vpc.ts';

/** With all that belongs to the VPC. */
export type PartsState = VpcState & GatewaysState & DhcpOptionsState & SecurityGroupState & AttributesState & NewParts;

/** Reads what lists of VPCs and gateways do not tell. A VPC that was just made has no group, and the attributes of a new one. */
export function loadParts(context: VpcNetworkContext): StateFactory<VpcState & GatewaysState, PartsState> {
  return named('loadParts', async (state: VpcState & GatewaysState, pass: Pass) => {
    const { ec2, vpc, name, object } = state;
    const isEmpty = context.emptyVpcs.get(object.metadata.uid) === vpc.id;
    context.emptyVpcs.delete(object.metadata.uid);
    const inVpc = async () => ({
      securityGroup: isEmpty ? undefined : (await ec2.findSecurityGroups({ vpcId: vpc.id, name }))[0],
      attributes: isEmpty ? NEW_VPC_ATTRIBUTES : await ec2.describeVpcAttributes(vpc.id),
    });
    const options = Promise.resolve(loadDhcpOptions<VpcState & GatewaysState>()(state, pass));
    const [loaded, rest] = await awaitAll([options, inVpc()]);
    if (loaded.kind !== 'entered') return loaded;
    return enriched(loaded.state, { ...rest, isEmpty, newParts: new Set<Part>() });
  });
}

/** Writes what the next steps are going to make, before AWS is asked for any of it. */
export function ensureIntents(context: VpcNetworkContext): Action<PartsState> {
  return named('ensureIntents', async (state: PartsState, pass: Pass) => {
    const own = { internetGateway: state.gateways, dhcpOptions: state.dhcpOptions };
    for (const part of ['internetGateway', 'dhcpOptions'] as const) {
      if (own[part].length === 0 && !mayTurnUp(context, state, part, pass)) state.newParts.add(part);
    }
    await recordIntents(state, [...state.newParts], pass);
    return next;
  });
}

/** What was just written is looked at once more before it counts: lists show then what was made twice. */
export const confirmWrites: Action<PartsState> = function confirmWrites(state) {
  if (!state.hasWritten) return next;
  const message = 'checking what AWS has made';
  if (!isReady(state.object)) return stopWaiting(state, message, CONFIRM_WAIT_MS);
  return stopWithRequeueDelay(CONFIRM_WAIT_MS * state.waitScale, message);
};
