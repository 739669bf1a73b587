import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { type Action, named, next, type Outcome, type Pass } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import { byHolders } from '../../common/holders.ts';
import { deleteDhcpOptions, keptDhcpOptions } from './dhcp-options.ts';
import { deleteGateway, keptGateway } from './internet-gateway.ts';
import type { PartsState } from './parts.ts';
import { obstaclesTo, removalOf, takeDown } from './removal.ts';

/**
 * What was made twice: a request whose answer was lost was carried out, and AWS did not show what it had made before
 * another one was asked for. The tags tell that it is ours; it goes, unless somebody has begun to use it.
 */
export const deleteDuplicates: Action<PartsState> = named(
  'deleteDuplicates',
  async (state: PartsState, pass: Pass): Promise<Outcome> => {
    for (const vpc of state.vpcs.filter(({ id }) => id !== state.vpc.id)) {
      const inUse = await deleteVpc(state, vpc);
      if (inUse !== undefined) return stopRefused(state, failed('ProviderError', inUse), pass);
    }
    const message = (await deleteGateways(state)) ?? (await deleteOptions(state));
    return message === undefined ? next : stopRefused(state, failed('ProviderError', message), pass);
  },
);

async function deleteVpc(state: PartsState, vpc: Vpc): Promise<string | undefined> {
  const removal = await removalOf(state, vpc, state.name);
  const obstacles = await obstaclesTo(state, removal);
  state.hasWritten = true;
  if (obstacles.length === 0 && (await takeDown(state, removal))) return undefined;
  return `${called('VPC', vpc.id, state.vpc.id)}, but used${byHolders(obstacles)}`;
}

async function deleteGateways(state: PartsState): Promise<string | undefined> {
  const kept = keptGateway(state);
  const own = new Set(state.vpcs.map(({ id }) => id));
  for (const gateway of state.gateways.filter(({ id }) => id !== kept?.id)) {
    const elsewhere = gateway.attachments.find(({ vpcId }) => !own.has(vpcId));
    if (elsewhere !== undefined) {
      return `${called('internet gateway', gateway.id, kept?.id)}, but attached to VPC ${elsewhere.vpcId}`;
    }
    await deleteGateway(state, gateway);
    state.hasWritten = true;
  }
  return undefined;
}

async function deleteOptions(state: PartsState): Promise<string | undefined> {
  const kept = keptDhcpOptions(state);
  for (const { id } of state.dhcpOptions.filter((options) => options.id !== kept?.id)) {
    if (!(await deleteDhcpOptions(state, id))) {
      return `${called('set of DHCP options', id, kept?.id)}, but used by a VPC of somebody else`;
    }
    state.hasWritten = true;
  }
  return undefined;
}

function called(noun: string, id: string, keptId = ''): string {
  return `The ${noun} ${id} is tagged as that of the VpcNetwork beside ${keptId}`;
}
