import type { DhcpOptions } from '../../../aws/ec2/dhcp-options.ts';
import { type Action, named, next, type Pass, type StateFactory } from '../../../composed/index.ts';
import { isGoneAfter } from '../../common/deletion.ts';
import { repaired } from '../../common/news.ts';
import { enriched } from '../../common/object-state.ts';
import { isAwaited, keptOf, loadOwn, makePart, type NewParts, notePart, waitForPart } from './part.ts';
import { type AwsState, type VpcNetworkContext, wasProvisioned } from './state.ts';
import { identityTags, tagsFor } from './tags.ts';
import type { VpcState } from './vpc.ts';

/** With all sets of DHCP options that are ours: one, but for moments. AWS never changes one, so what is in it need not be read. */
export interface DhcpOptionsState extends AwsState {
  readonly dhcpOptions: readonly DhcpOptions[];
}

/** What AWS itself calls instances in a region. https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html */
export function domainNameIn(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}

export function loadDhcpOptions<S extends AwsState>(): StateFactory<S, S & DhcpOptionsState> {
  return named('loadDhcpOptions', async (state: S) => {
    const { ec2, object } = state;
    const tagged = ec2.findDhcpOptionsByTags(identityTags(object));
    const describe = (id: string) => ec2.describeDhcpOptions(id);
    return enriched(state, { dhcpOptions: await loadOwn(state, 'dhcpOptions', { tagged, describe }) });
  });
}

export function keptDhcpOptions({ dhcpOptions, facts, vpc }: DhcpOptionsState & VpcState): DhcpOptions | undefined {
  return keptOf(dhcpOptions, facts.ids.dhcpOptions, ({ id }) => id === vpc.dhcpOptionsId);
}

export function ensureDhcpOptions(context: VpcNetworkContext): Action<DhcpOptionsState & VpcState & NewParts> {
  return named('ensureDhcpOptions', async (state: DhcpOptionsState & VpcState & NewParts, pass: Pass) => {
    const { ec2, vpc, object, name } = state;
    const isOpen = isAwaited(context, state, { part: 'dhcpOptions', own: state.dhcpOptions }, pass);
    const kept = isOpen ? undefined : keptDhcpOptions(state);
    if (kept === undefined && !state.newParts.has('dhcpOptions')) {
      return waitForPart(context, state, 'dhcpOptions', pass);
    }
    const request = {
      domainName: domainNameIn(object.spec.region),
      domainNameServers: ['AmazonProvidedDNS'],
      tags: tagsFor(object, name),
    };
    const make = () => ec2.createDhcpOptions(request);
    const { id } = kept ?? (await makePart(context, state, 'dhcpOptions', { make, signal: pass.signal }));
    notePart(context, state, 'dhcpOptions', id);
    if (vpc.dhcpOptionsId === id) return next;
    await ec2.associateDhcpOptions(id, vpc.id);
    state.hasWritten = true;
    if (wasProvisioned(state)) state.news.push(repaired(`The VPC had other DHCP options and has ${id} again`));
    return next;
  });
}

/** Whether they are gone; not while a VPC has them. */
export function deleteDhcpOptions({ ec2 }: AwsState, id: string): Promise<boolean> {
  return isGoneAfter(ec2.deleteDhcpOptions(id));
}
