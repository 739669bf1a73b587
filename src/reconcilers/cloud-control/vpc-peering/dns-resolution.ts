import { isInvalidState, userMessage } from '../../../aws/index.ts';
import { type Action, named, next } from '../../../composed/index.ts';
import { isRefusal } from '../../common/aws-error.ts';
import { heldBack } from '../../common/finding.ts';
import { optionsOf } from './asked.ts';
import { remoteRefusal } from './remote-permission.ts';
import type { ServedState, SideView } from './view.ts';

/** Whether names of a VPC mean private addresses in the other one. Each side decides for itself; we have asked for the connection, so ours is the requester's. */
export const ensureLocalDnsResolution: Action<ServedState> = named('ensureLocalDnsResolution', (state: ServedState) =>
  ensureDnsResolution(state, 'local', state.localView),
);

export const ensureRemoteDnsResolution: Action<ServedState> = named('ensureRemoteDnsResolution', (state: ServedState) =>
  'error' in state.remoteView ? next : ensureDnsResolution(state, 'remote', state.remoteView),
);

const ROLES = { local: 'requester', remote: 'accepter' } as const;

async function ensureDnsResolution(state: ServedState, side: 'local' | 'remote', { connection }: SideView) {
  const asked = optionsOf(state.object.spec).dnsResolution[side];
  const role = ROLES[side];
  // AWS does not tell what was never set.
  if (asked === undefined || asked === (connection[role].dnsResolution ?? false)) return next;
  const { client } = state[side];
  try {
    await client.setVpcPeeringDnsResolution(connection.id, role, asked);
  } catch (error) {
    // The VPC's own DNS settings are in the way as a rule, and those are its owner's.
    if (!isRefusal(error) && !isInvalidState(error)) throw error;
    const said = side === 'remote' ? remoteRefusal(error, state.remote) : userMessage(error);
    state.problems.push(heldBack('CloudProviderError', `DNS resolution of the ${side} VPC can not be set: ${said}`));
  }
  return next;
}
