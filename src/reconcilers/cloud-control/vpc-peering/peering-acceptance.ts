import { isAlreadyExists, isNotFound, type VpcPeering as PeeringConnection } from '../../../aws/index.ts';
import { type Action, named, type Outcome, type Pass } from '../../../composed/index.ts';
import { refusedAs, stopRefused } from '../../common/aws-error.ts';
import { failed, processing } from '../../common/finding.ts';
import { livingConnections, takenProblem } from './joined-already.ts';
import { deleteConnection, noteConnection } from './peering-connection.ts';
import { permissionProblem, remoteRefusal } from './remote-permission.ts';
import type { ConnectionState, VpcPeeringDeps } from './state.ts';
import { findRemoteVpc, permissionKeys } from './vpc.ts';
import type { Waiting } from './waiting.ts';

/**
 * Accepts the connection on the remote side, by the id that the local side has: whatever else the remote side shows, such
 * as one that has ended, does not count.
 */
export function acceptPeering({ peeringTag }: VpcPeeringDeps, waiting: Waiting): Action<ConnectionState> {
  return named('acceptPeering', async (state: ConnectionState, pass: Pass) => {
    const found = await findRemoteVpc(state);
    // The permission may have been withdrawn since the request.
    const problem = 'vpc' in found ? permissionProblem(found.vpc, permissionKeys(state, peeringTag)) : found.problem;
    if (problem !== undefined) return stopRefused(state, problem, pass);
    const accepted = await accept(state);
    if (accepted === 'joined-already') return takeBack(state, pass, waiting);
    const { place } = state.local;
    if (accepted === undefined) {
      state.finding = processing(
        `waiting for AWS: account ${state.remote.place.accountId} does not see the peering yet`,
      );
      return waiting.forAws(state, pass, place, 'unseen');
    }
    noteConnection(state, accepted);
    state.facts.remoteId = accepted.id;
    state.finding = processing(`waiting for AWS: the peering ${accepted.id} is ${accepted.status.code}`);
    return waiting.forAws(state, pass, place, accepted.status.code);
  });
}

/** Undefined when the remote side does not know it yet, which takes a moment after the request. */
async function accept({ remote, facts }: ConnectionState): Promise<PeeringConnection | 'joined-already' | undefined> {
  const work = remote.client.acceptVpcPeering(facts.id ?? '');
  try {
    return await refusedAs(work, (error) =>
      failed('FailedAcceptingVpcPeeringConnection', remoteRefusal(error, remote)),
    );
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (isAlreadyExists(error)) return 'joined-already';
    throw error;
  }
}

/**
 * Somebody was faster with a request from the other side. Ours cannot be accepted while theirs stands, and until it expires
 * AWS would add no block to the VPC that it came from: it is taken back, and made again when theirs is gone.
 */
async function takeBack(state: ConnectionState, pass: Pass, waiting: Waiting): Promise<Outcome> {
  const { id = '', vpcId = '', remoteVpcId = '' } = state.facts;
  const pair = { local: vpcId, remote: remoteVpcId };
  const other = (await livingConnections(state.local, pair)).find((one) => one.id !== id);
  if (other === undefined) {
    state.finding = processing('waiting for AWS: it does not show yet what joins the VPCs already');
    return waiting.forAws(state, pass, state.local.place, 'joined already');
  }
  await deleteConnection(state, id);
  return stopRefused(state, takenProblem(pair, other), pass);
}
