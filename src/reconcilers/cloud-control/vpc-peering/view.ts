import type { RouteTable, Vpc, VpcPeering as PeeringConnection } from '../../../aws/index.ts';

import { type Action, named, next, type StateFactory } from '../../../composed/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { isRefusal, worstAwsError } from '../../common/aws-error.ts';
import { type Finding, heldBack } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import { remoteRefusal } from './remote-permission.ts';
import type { ConnectionState, Side } from './state.ts';

/** What stands on one side. */
export interface SideView {
  readonly connection: PeeringConnection;
  readonly vpc: Vpc;
  readonly tables: readonly RouteTable[];
}

/** With a connection that serves, and what stands on both sides of it. */
export interface ServedState extends ConnectionState {
  readonly connection: PeeringConnection;
  readonly localView: SideView;
  /** An error when the remote side could not be looked at: what is asked on the local side is done all the same. */
  readonly remoteView: SideView | { readonly error: unknown };
  /** What is not as it should be, in the order in which it was found. */
  readonly problems: Finding[];
  /** Whether a table was not as it was read, so that it has to be read again soon. */
  areRoutesStale: boolean;
}

/** Looks at both sides at once. */
export const loadViews: StateFactory<ConnectionState, ServedState> = named('loadViews', async (state) => {
  const { facts } = state;
  // The pipeline comes here with a connection only.
  const connection = state.connection as PeeringConnection;
  const [localView, remoteView] = await awaitAll([
    loadView(state.local, connection.requester.vpcId, Promise.resolve(connection)),
    loadView(state.remote, connection.accepter.vpcId, remoteConnection(state, connection)).catch((error: unknown) => ({
      error,
    })),
  ]);
  facts.vpcId = connection.requester.vpcId;
  facts.remoteVpcId = connection.accepter.vpcId;
  facts.accountId = state.local.place.accountId;
  facts.region = state.local.place.region;
  facts.remoteAccountId = state.remote.place.accountId;
  facts.remoteRegion = state.remote.place.region;
  if ('connection' in remoteView) facts.remoteId = remoteView.connection.id;
  return enriched(state, { connection, localView, remoteView, problems: [], areRoutesStale: false });
});

async function loadView({ client }: Side, vpcId: string, asked: Promise<PeeringConnection>): Promise<SideView> {
  const [connection, vpc, tables] = await awaitAll([
    asked,
    client.describeVpc(vpcId),
    client.describeRouteTables(vpcId),
  ]);
  return { connection, vpc, tables };
}

/** Within one account and region there is nothing more to see of it. */
function remoteConnection(
  { local, remote }: ConnectionState,
  connection: PeeringConnection,
): Promise<PeeringConnection> {
  return isSamePlace(local, remote) ? Promise.resolve(connection) : remote.client.describeVpcPeering(connection.id);
}

export function isSamePlace({ place: a }: Side, { place: b }: Side): boolean {
  return a.accountId === b.accountId && a.region === b.region;
}

/** Tells what keeps the remote side from being seen. What passes by itself is thrown, after the local side was seen to. */
export const validateRemoteView: Action<ServedState> = function validateRemoteView({ remoteView, problems, remote }) {
  if (!('error' in remoteView)) return next;
  // Where the account does not let anybody in, all questions fail at once.
  const error = worstAwsError(remoteView.error);
  // oxlint-disable-next-line typescript/only-throw-error -- what was caught goes on unchanged
  if (!isRefusal(error)) throw error;
  problems.push(heldBack('FailedLoadingRemoteVpcNetwork', remoteRefusal(error, remote)));
  return next;
};
