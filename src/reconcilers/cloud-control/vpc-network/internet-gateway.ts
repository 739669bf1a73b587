import type { InternetGateway } from '../../../aws/ec2/internet-gateway.ts';
import { type Action, named, next, type Outcome, type Pass, type StateFactory } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { orGone } from '../../common/deletion.ts';
import { failed } from '../../common/finding.ts';
import { repaired } from '../../common/news.ts';
import { enriched } from '../../common/object-state.ts';
import { isOwnedByOther } from '../../common/tags.ts';
import { forgetIntent, isAwaited, keptOf, loadOwn, makePart, type NewParts, notePart, waitForPart } from './part.ts';
import { type AwsState, type VpcNetworkContext, wasProvisioned } from './state.ts';
import { identityTags, tagsFor } from './tags.ts';
import { isAdopted, type VpcState } from './vpc.ts';

/** With all internet gateways that are ours: one, but for moments. */
export interface GatewaysState extends AwsState {
  readonly gateways: readonly InternetGateway[];
}

export function loadInternetGateways<S extends AwsState>(): StateFactory<S, S & GatewaysState> {
  return named('loadInternetGateways', async (state: S) => {
    const { ec2, object } = state;
    const tagged = ec2.findInternetGatewaysByTags(identityTags(object));
    const describe = (id: string) => ec2.describeInternetGateway(id);
    return enriched(state, { gateways: await loadOwn(state, 'internetGateway', { tagged, describe }) });
  });
}

export function isAttachedTo({ attachments }: InternetGateway, vpcId: string): boolean {
  return attachments.some((attachment) => attachment.vpcId === vpcId && !attachment.state.startsWith('detach'));
}

/** The one at the VPC, whichever is recorded: AWS attaches one, so that another of ours can only be one too many. */
export function keptGateway({ gateways, facts, vpc }: GatewaysState & VpcState): InternetGateway | undefined {
  const attached = gateways.filter((gateway) => isAttachedTo(gateway, vpc.id));
  return keptOf(attached.length > 0 ? attached : gateways, facts.ids.internetGateway);
}

export function ensureInternetGateway(context: VpcNetworkContext): Action<GatewaysState & VpcState & NewParts> {
  return named('ensureInternetGateway', async (state: GatewaysState & VpcState & NewParts, pass: Pass) => {
    const { ec2, vpc, object, name, gateways } = state;
    const isOpen = isAwaited(context, state, { part: 'internetGateway', own: gateways }, pass);
    const kept = isOpen ? undefined : keptGateway(state);
    if (kept === undefined && !state.newParts.has('internetGateway')) {
      return waitForPart(context, state, 'internetGateway', pass);
    }
    if (kept !== undefined) notePart(context, state, 'internetGateway', kept.id);
    if (kept !== undefined && isAttachedTo(kept, vpc.id)) return next;
    const other = state.isEmpty ? undefined : (await ec2.describeInternetGatewaysOf(vpc.id))[0];
    if (other !== undefined)
      return kept === undefined ? takeOver(context, state, other, pass) : refuse(state, other, pass);
    const make = () => ec2.createInternetGateway({ tags: tagsFor(object, name) });
    const gateway = kept ?? (await makePart(context, state, 'internetGateway', { make, signal: pass.signal }));
    return attach(state, gateway, pass);
  });
}

/** The gateway of a VPC that was taken over goes with it. */
async function takeOver(
  context: VpcNetworkContext,
  state: GatewaysState & VpcState,
  gateway: InternetGateway,
  pass: Pass,
): Promise<Outcome> {
  if (!isAdopted(state) || isOwnedByOther(gateway.tags, state.object)) return refuse(state, gateway, pass);
  await state.ec2.createTags([gateway.id], tagsFor(state.object, state.name));
  state.hasWritten = true;
  notePart(context, state, 'internetGateway', gateway.id);
  return next;
}

/** AWS attaches one gateway to a VPC. */
function refuse(state: GatewaysState & VpcState, { id }: InternetGateway, pass: Pass): Outcome {
  forgetIntent(state, 'internetGateway');
  const message = `Somebody else has attached the internet gateway ${id} to VPC ${state.vpc.id}: detach it, and one of the VpcNetwork is attached`;
  return stopRefused(state, failed('ProviderError', message), pass);
}

async function attach(state: GatewaysState & VpcState, gateway: InternetGateway, pass: Pass): Promise<Outcome> {
  const [elsewhere] = gateway.attachments.filter(({ vpcId }) => vpcId !== state.vpc.id);
  if (elsewhere !== undefined) {
    const message = `Somebody has attached the internet gateway ${gateway.id} to VPC ${elsewhere.vpcId}: detach it there, and it is attached to VPC ${state.vpc.id}`;
    return stopRefused(state, failed('ProviderError', message), pass);
  }
  await state.ec2.attachInternetGateway(gateway.id, state.vpc.id);
  state.hasWritten = true;
  if (wasProvisioned(state)) {
    state.news.push(repaired(`The internet gateway ${gateway.id} was not attached to the VPC and is again`));
  }
  return next;
}

/** Deletes those that are attached to nothing but VPCs of ours. */
export async function deleteGateway({ ec2 }: AwsState, gateway: InternetGateway): Promise<void> {
  for (const { vpcId } of gateway.attachments) await orGone(ec2.detachInternetGateway(gateway.id, vpcId));
  await orGone(ec2.deleteInternetGateway(gateway.id));
}
