import { UNTOKENED_PARTS } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import type { Holder } from '../../../aws/ec2/holder.ts';
import { type Action, named, next, type Outcome, type Pass, sequence } from '../../../composed/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { byHolders } from '../../common/holders.ts';
import { inUseWaitMs } from '../../common/vpc/timing.ts';
import { stopWaiting } from '../../common/waits.ts';
import { deleteDhcpOptions, type DhcpOptionsState } from './dhcp-options.ts';
import { deleteGateway, type GatewaysState } from './internet-gateway.ts';
import { nameOf } from './name.ts';
import { forgetIntent, forgetWaits, mayTurnUp, type Part, waitForPart } from './part.ts';
import { obstaclesTo, type Removal, removalOf, takeDown } from './removal.ts';
import type { VpcNetworkContext } from './state.ts';
import type { VpcsState } from './vpc.ts';

/** With all there is of ours in AWS. */
export type OwnState = VpcsState & GatewaysState & DhcpOptionsState;

/** Takes down all that is ours: what has our tags, or is recorded. Nothing of it is touched while anything of others needs it. */
export function deleteParts(context: VpcNetworkContext): Action<OwnState> {
  return sequence(
    'deleteParts',
    waitForIntents(context),
    deleteVpcs(context),
    deleteGateways(context),
    deleteOptions(context),
    forget(context),
  );
}

/**
 * What AWS was asked for and does not show may still turn up, also what it has shown before: one of its servers may not have
 * heard of it yet.
 */
function waitForIntents(context: VpcNetworkContext): Action<OwnState> {
  return named('waitForIntents', (state: OwnState, pass: Pass) => {
    const found = { vpc: state.vpcs, internetGateway: state.gateways, dhcpOptions: state.dhcpOptions };
    const awaited = UNTOKENED_PARTS.find(
      (part) => isOpen(state, part, found[part]) && mayTurnUp(context, state, part, pass),
    );
    if (awaited === undefined) return next;
    return waitForPart(context, state, awaited, pass);
  });
}

function isOpen(state: OwnState, part: Part, found: readonly { readonly id: string }[]): boolean {
  const recordedId = state.facts.ids[part];
  if (recordedId === undefined) return found.length === 0 && state.facts.creating.includes(part);
  return !found.some(({ id }) => id === recordedId);
}

function deleteVpcs(context: VpcNetworkContext): Action<OwnState> {
  return named('deleteVpcs', async (state: OwnState, pass: Pass) => {
    const { vpcs, facts, object } = state;
    const name = nameOf(object, context.network.namePrefix);
    const removals = await awaitAll(vpcs.map((vpc) => removalOf(state, vpc, name)));
    const obstacles = (await awaitAll(removals.map((removal) => obstaclesTo(state, removal)))).flat();
    if (obstacles.length > 0) return waitLong(context, state, useOf(removals, obstacles), pass);
    for (const removal of removals) {
      if (!(await takeDown(state, removal))) return waitLong(context, state, useOf([removal], []), pass);
    }
    Object.assign(facts.ids, { vpc: undefined, securityGroup: undefined });
    Object.assign(facts, { blocks: [], cidrBlocks: undefined });
    forgetIntent(state, 'vpc');
    return next;
  });
}

function useOf(removals: readonly Removal[], obstacles: readonly Holder[]): string {
  const ids = removals.map(({ vpc }) => vpc.id).join(', ');
  const names =
    byHolders(obstacles) || ' by something that is not looked for, such as an endpoint or a private gateway';
  return `waiting until nothing uses VPC ${ids} any more; it is used${names}`;
}

/** Those that were attached to a VPC of ours are gone with it. */
function deleteGateways(context: VpcNetworkContext): Action<OwnState> {
  return named('deleteGateways', async (state: OwnState, pass: Pass) => {
    const own = new Set(state.vpcs.map(({ id }) => id));
    for (const gateway of state.gateways) {
      if (gateway.attachments.some(({ vpcId }) => own.has(vpcId))) continue;
      const [elsewhere] = gateway.attachments;
      if (elsewhere !== undefined) {
        const message = `waiting until the internet gateway ${gateway.id} is detached from VPC ${elsewhere.vpcId}, to which somebody else has attached it`;
        return waitLong(context, state, message, pass);
      }
      await deleteGateway(state, gateway);
    }
    state.facts.ids.internetGateway = undefined;
    forgetIntent(state, 'internetGateway');
    return next;
  });
}

function deleteOptions(context: VpcNetworkContext): Action<OwnState> {
  return named('deleteOptions', async (state: OwnState, pass: Pass) => {
    for (const { id } of state.dhcpOptions) {
      if (await deleteDhcpOptions(state, id)) continue;
      return waitLong(context, state, `waiting until no other VPC has the DHCP options ${id} any more`, pass);
    }
    state.facts.ids.dhcpOptions = undefined;
    forgetIntent(state, 'dhcpOptions');
    return next;
  });
}

function forget(context: VpcNetworkContext): Action<OwnState> {
  return named('forget', (state: OwnState) => {
    forgetWaits(context, state);
    context.checks.forget(state.object);
    context.emptyVpcs.delete(state.object.metadata.uid);
    return next;
  });
}

/** For somebody else to let go: asked ever less often. */
function waitLong({ waits }: VpcNetworkContext, state: OwnState, message: string, { clock }: Pass): Outcome {
  const elapsedMs = waits.elapsedMs(state.object.metadata.uid, clock, state.waitScale);
  return stopWaiting(state, message, inUseWaitMs(elapsedMs));
}
