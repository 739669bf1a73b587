import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { type Action, named, next, type Pass, type StateFactory } from '../../../composed/index.ts';
import { cidrOf, contains } from '../../../util/cidr.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed, type Finding, ready } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import { reportReady } from '../../common/report-ready.ts';
import { isPresent } from '../../common/vpc/cidr-block.ts';
import type { AskedState } from './asked.ts';
import { sortedTexts } from './block-changes.ts';
import { isAttachedTo } from './internet-gateway.ts';
import type { VpcNetworkContext, VpcNetworkState } from './state.ts';

/** A VPC that somebody else made, and looks after: it is found by its Name tag, and nothing of it is ever changed. */
export interface ObservedState extends AskedState {
  readonly vpc: Vpc;
}

export const observeVpc: StateFactory<AskedState, ObservedState> = named(
  'observeVpc',
  async (state: AskedState, pass: Pass) => {
    const vpcs = await state.ec2.findVpcsByName(state.name);
    const [vpc] = vpcs;
    state.facts.ids.vpc = vpcs.length === 1 ? vpc?.id : undefined;
    if (vpc !== undefined && vpcs.length === 1) return enriched(state, { vpc });
    Object.assign(state.facts, { cidrBlocks: undefined });
    state.facts.ids.internetGateway = undefined;
    return stopRefused(state, vpcProblem(state.name, vpcs), pass);
  },
);

/** Names are not unique in AWS; to take the first would be to guess. */
function vpcProblem(name: string, vpcs: readonly Vpc[]): Finding {
  if (vpcs.length === 0) return failed('ProviderError', `VPC not found: there is none of the name ${name}`);
  const ids = vpcs.map(({ id }) => id).sort();
  return failed(
    'ProviderError',
    `${ids.length} VPCs have the name ${name}: ${ids.join(', ')}; give it to one of them alone`,
  );
}

export const observeInternetGateway = named('observeInternetGateway', async (state: ObservedState, pass: Pass) => {
  const gateways = await state.ec2.describeInternetGatewaysOf(state.vpc.id);
  const gateway = gateways.find((one) => isAttachedTo(one, state.vpc.id));
  state.facts.ids.internetGateway = gateway?.id;
  if (gateway !== undefined) return next;
  const message = `Internet gateway not found: none is attached to VPC ${state.vpc.id}`;
  return stopRefused(state, failed('ProviderError', message), pass);
});

/** Tells those of the asked blocks that the VPC has; a block of it may be larger than what is asked of it. */
export const observeBlocks = named('observeBlocks', (state: ObservedState) => {
  const present = state.vpc.cidrBlocks.filter(isPresent).map(({ cidr }) => cidrOf(cidr));
  const covered = state.blocks.filter((block) => present.some((other) => contains(other, block)));
  state.facts.cidrBlocks = [...sortedTexts(covered)];
  return next;
});

/** A VPC that lacks some of its blocks is there all the same: what stands in the others works, and who looks after it is not us. */
export function reportObserved({ timing }: Pick<VpcNetworkContext, 'timing'>): Action<ObservedState> {
  return named('reportObserved', (state: ObservedState, pass: Pass) => {
    const covered = state.facts.cidrBlocks ?? [];
    const lacking = sortedTexts(state.blocks).filter((text) => !covered.includes(text));
    const message = lacking.length === 0 ? 'Provisioned' : lackText(state.vpc, lacking);
    return reportReady(timing.lookIntervalMs, ready(message, 'Provisioned'))(state, pass);
  });
}

function lackText({ id }: Vpc, lacking: readonly string[]): string {
  return `Provisioned, but VPC ${id} lacks ${lacking.join(', ')}: whoever looks after it has to add what is missing`;
}

/** Nothing was ever written for the object, so that nothing can come late. */
export const forgetUnanswered = named('forgetUnanswered', (state: VpcNetworkState) => {
  state.unansweredAtMs = undefined;
  return next;
});
