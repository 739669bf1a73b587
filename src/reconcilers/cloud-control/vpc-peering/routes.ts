import { orAbsent, type PeeringClient, userMessage } from '../../../aws/index.ts';
import { type Action, named, next } from '../../../composed/index.ts';
import type { EventInput } from '../../../kube/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { shortened } from '../../../util/shortened.ts';
import { isRefusal } from '../../common/aws-error.ts';
import { type Finding, heldBack } from '../../common/finding.ts';
import { isReady } from '../../common/status.ts';
import { associatedBlocks } from '../../common/vpc/cidr-block.ts';
import { optionsOf } from './asked.ts';
import { isEnded } from './peering-code.ts';
import type { RemovalState } from './peering-connection.ts';
import { remoteRefusal } from './remote-permission.ts';
import {
  type AskedRoutes,
  darkPeeringsIn,
  type RouteConflict,
  routeDifferencesOf,
  type RouteKey,
  routesTo,
} from './route.ts';
import { tablesFor } from './route-strategy.ts';
import { deleteRoutes, type WrittenRoutes, writeRoutes } from './route-writes.ts';
import type { PeeringState } from './state.ts';
import type { ServedState, SideView } from './view.ts';

/** A status and an Event are read by people: after this many routes they say how many more there are. */
const ROUTES_SHOWN = 5;

/** All tables of the local VPC lead to all blocks of the remote one. */
export const ensureLocalRoutes: Action<ServedState> = named('ensureLocalRoutes', (state: ServedState) =>
  ensureRoutes(state, 'local', state.localView, remoteDestinations(state)),
);

/** Where the remote VPC cannot be looked at, those are known that AWS tells with the connection, and may not be all. */
function remoteDestinations({ remoteView, connection }: ServedState): Destinations {
  if ('error' in remoteView) return { cidrs: connection.accepter.cidrs, areAll: false };
  return { cidrs: associatedBlocks(remoteView.vpc), areAll: true };
}

interface Destinations {
  readonly cidrs: readonly string[];
  /** Whether what leads elsewhere is to go. */
  readonly areAll: boolean;
}

/** Those tables of the remote VPC that are asked for lead to all blocks of the local one. */
export const ensureRemoteRoutes: Action<ServedState> = named('ensureRemoteRoutes', (state: ServedState) => {
  if ('error' in state.remoteView) return next;
  const { remoteRouteTables } = optionsOf(state.object.spec);
  const tables = tablesFor(remoteRouteTables, state.scope.spec.shootName, state.remoteView.tables);
  const cidrs = associatedBlocks(state.localView.vpc);
  return ensureRoutes(state, 'remote', { ...state.remoteView, tables }, { cidrs, areAll: true });
});

async function ensureRoutes(
  state: ServedState,
  side: 'local' | 'remote',
  { vpc, tables }: SideView,
  { cidrs, areAll }: Destinations,
) {
  const { id: connectionId } = state.connection;
  const { client } = state[side];
  const asked: AskedRoutes = { connectionId, formerIds: state.facts.formerIds ?? [], destinations: cidrs };
  const endedIds = await endedAmong(client, darkPeeringsIn(asked, tables));
  const differences = routeDifferencesOf({ ...asked, endedIds }, tables);
  const remove = areAll ? differences.remove : [];
  const written = await writeRoutes(client, connectionId, { ...differences, remove });
  tellWritten(state, vpc.id, written);
  state.areRoutesStale ||= written.isStale;
  const problem = problemOf(state, side, written, differences.conflicts);
  if (problem !== undefined) state.problems.push(problem);
  return next;
}

/** Also a request that is not accepted yet is a black hole: AWS has to say that it has ended, or not to know it any more. */
async function endedAmong(client: PeeringClient, ids: readonly string[]): Promise<readonly string[]> {
  const found = await awaitAll(ids.map((id) => orAbsent(client.describeVpcPeering(id))));
  return ids.filter((_, index) => isEnded(found[index]?.status.code ?? 'deleted'));
}

function tellWritten(
  { object, news, connection }: ServedState,
  vpcId: string,
  { added, removed }: WrittenRoutes,
): void {
  // What a new peering gets is no news beside that it is ready.
  if (!isReady(object)) return;
  const through = `through the peering ${connection.id} in the VPC ${vpcId}`;
  if (added.length > 0) news.push(changed('RoutesAdded', `Routes ${through} were added: ${routeNames(added)}`));
  if (removed.length > 0) {
    const message = `Routes ${through} led to no block of the other VPC and were removed: ${routeNames(removed)}`;
    news.push(changed('RoutesRemoved', message));
  }
}

/** Whether somebody took a route away, or there is a table or a block that was not there before, nobody can tell. */
function changed(reason: 'RoutesAdded' | 'RoutesRemoved', message: string): EventInput {
  return { type: 'Normal', reason, message };
}

function problemOf(
  state: ServedState,
  side: 'local' | 'remote',
  { refused }: WrittenRoutes,
  conflicts: readonly RouteConflict[],
): Finding | undefined {
  const [first] = refused;
  const taken = conflicts.map((conflict) => `${routeName(conflict)} leads to ${conflict.target}`);
  const parts = [
    ...(conflicts.length === 0
      ? []
      : [`${shortened(taken, ROUTES_SHOWN)}, which somebody else has set and which stays so`]),
    ...(first === undefined
      ? []
      : [
          `${routeNames(refused)}: ${side === 'remote' ? remoteRefusal(first.error, state.remote) : userMessage(first.error)}`,
        ]),
  ];
  if (parts.length === 0) return undefined;
  return heldBack('FailedCreatingRoutes', `Some routes of the ${side} VPC are not as asked: ${parts.join('; ')}`);
}

function routeName({ tableId, destination }: RouteKey): string {
  return `${destination} in table ${tableId}`;
}

function routeNames(routes: readonly RouteKey[]): string {
  return shortened(routes.map(routeName), ROUTES_SHOWN);
}

/** Routes of the local VPC go first: nothing is to be sent into a connection that ends. */
export const deleteLocalRoutes: Action<RemovalState> = named('deleteLocalRoutes', async (state: RemovalState) => {
  const { vpcId } = state.facts;
  if (vpcId === undefined) return next;
  // A VPC that is gone has no tables.
  const { refused } = await deleteRoutesIn(state, 'local', vpcId);
  const [first] = refused;
  // Our own account: without the permission nobody can say that all is gone.
  if (first !== undefined) throw first.error;
  return next;
});

/** Whether routes of the remote VPC are to go with the object. */
export function isRemoteToBeCleared({ object }: PeeringState): boolean {
  const { deleteRemotePeering, remoteRouteTables } = optionsOf(object.spec);
  return deleteRemotePeering && remoteRouteTables !== 'NONE';
}

/** What the remote side refuses is left there, and told: its owner may be gone, or have withdrawn the permission. */
export const deleteRemoteRoutes: Action<RemovalState> = named('deleteRemoteRoutes', async (state: RemovalState) => {
  const { remoteVpcId } = state.facts;
  if (remoteVpcId === undefined) return next;
  try {
    const { refused } = await deleteRoutesIn(state, 'remote', remoteVpcId);
    const [first] = refused;
    if (first !== undefined) state.left = `${routeNames(refused)}: ${remoteRefusal(first.error, state.remote)}`;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    state.left = remoteRefusal(error, state.remote);
  }
  return next;
});

async function deleteRoutesIn(state: RemovalState, side: 'local' | 'remote', vpcId: string): Promise<WrittenRoutes> {
  const { client } = state[side];
  const ids = [...state.own.map(({ id }) => id), state.facts.id, ...(state.facts.formerIds ?? [])];
  const known = ids.filter((id) => id !== undefined);
  return deleteRoutes(client, routesTo(known, await client.describeRouteTables(vpcId)));
}

/** Told once, when all else is gone: until then it was tried in each pass. */
export const reportLeftRoutes: Action<RemovalState> = named(
  'reportLeftRoutes',
  ({ left, news, facts }: RemovalState) => {
    if (left === undefined) return next;
    const message = `Routes of the remote VPC ${facts.remoteVpcId ?? ''} may be left, and lead nowhere: ${left}`;
    news.push({ type: 'Warning', reason: 'FailedCreatingRoutes', message });
    return next;
  },
);
