import { type Action, named, next, type Pass } from '../../../composed/index.ts';
import { ready } from '../../common/finding.ts';
import { reportReady } from '../../common/report-ready.ts';
import { isReady } from '../../common/status.ts';
import type { AskedState } from './asked.ts';
import { blockChangesOf, sortedTexts } from './block-changes.ts';
import { renewBlockRecord } from './cidr-blocks.ts';
import { type GatewaysState, isAttachedTo } from './internet-gateway.ts';
import { lackingTags } from './own-tags.ts';
import type { VpcNetworkContext } from './state.ts';
import type { VpcState } from './vpc.ts';

/*
 * How closely to look (docs/adr/0006). A look reads the lists of VPCs and internet gateways, which all objects of the
 * account and region share. It is enough while the last full check is recent and the lists show nothing that differs.
 */

export function restAfterLook(context: VpcNetworkContext): Action<VpcState & GatewaysState> {
  const report = reportProvisioned(context);
  return named('restAfterLook', (state: VpcState & GatewaysState, pass: Pass) => {
    const isRecent = context.checks.isRecent(state, context.timing.fullCheckIntervalMs, pass);
    if (!isRecent || !isReady(state.object) || !isAsAsked(state)) return next;
    renewBlockRecord(state);
    return report(state, pass);
  });
}

function isAsAsked(state: VpcState & GatewaysState): boolean {
  const { vpcs, gateways, vpc, facts, blocks } = state;
  const gateway = gateways.find(({ id }) => id === facts.ids.internetGateway);
  const { missing, pending, surplus } = blockChangesOf({ blocks, vpc, added: facts.blocks });
  return (
    vpcs.length === 1 &&
    gateways.length === 1 &&
    gateway !== undefined &&
    isAttachedTo(gateway, vpc.id) &&
    vpc.dhcpOptionsId === facts.ids.dhcpOptions &&
    missing.length + pending.length + surplus.length === 0 &&
    lackingTags(state, [vpc, gateway]).length === 0
  );
}

/** The end of a full check: nothing differed, and nothing was written. */
export function noteCheck({ checks }: VpcNetworkContext): Action<AskedState> {
  return named('noteCheck', (state: AskedState, pass: Pass) => {
    state.facts.cidrBlocks = [...sortedTexts(state.blocks)];
    checks.note(state, pass);
    return next;
  });
}

export function reportProvisioned({ timing }: Pick<VpcNetworkContext, 'timing'>): Action<AskedState> {
  return reportReady(timing.lookIntervalMs, ready('Provisioned', 'Provisioned'));
}
