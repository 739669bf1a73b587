import type { Route, RouteTable } from '../../../aws/index.ts';
import { cidrOf, overlaps } from '../../../util/cidr.ts';

/** The routes that the tables of one VPC have to have, and which of the others are ours. */
export interface AskedRoutes {
  readonly connectionId: string;
  /** Connections of ours that have ended: what still leads to them leads nowhere. */
  readonly formerIds: readonly string[];
  /** Connections of whomever that have ended: a route to them is in nobody's use, and no obstacle to ours. */
  readonly endedIds?: readonly string[];
  /** The blocks of the other VPC, as AWS writes them. */
  readonly destinations: readonly string[];
}

export interface RouteKey {
  readonly tableId: string;
  readonly destination: string;
}

/** A route that somebody else has made where ours would have to stand. */
export interface RouteConflict extends RouteKey {
  /** What it leads to, in AWS's words: `tgw-…`, `local`. */
  readonly target: string;
}

export interface RouteDifferences {
  readonly create: readonly RouteKey[];
  /** To a former connection, and asked for: to be led to the present one. */
  readonly replace: readonly RouteKey[];
  /** Ours, and not asked for any more. */
  readonly remove: readonly RouteKey[];
  readonly conflicts: readonly RouteConflict[];
}

/** Compares; what somebody else has written is never changed, and stands in the way at most. */
export function routeDifferencesOf(asked: AskedRoutes, tables: readonly RouteTable[]): RouteDifferences {
  const parts = tables.flatMap((table) => [
    ...asked.destinations.map((destination) => differenceAt(asked, table, destination)),
    ...unaskedIn(asked, table),
  ]);
  const of = (what: Part['what']): readonly RouteKey[] => parts.filter((part) => part.what === what).map(keyOf);
  return {
    create: of('create'),
    replace: of('replace'),
    remove: of('remove'),
    conflicts: parts.flatMap((part) => (part.what === 'conflict' ? [{ ...keyOf(part), target: part.target }] : [])),
  };
}

/** The routes that lead to one of the connections, whatever their destination. */
export function routesTo(connectionIds: readonly string[], tables: readonly RouteTable[]): readonly RouteKey[] {
  return tables.flatMap((table) =>
    writtenRoutes(table)
      .filter((route) => leadsTo(connectionIds, route))
      .map(({ destination }) => ({ tableId: table.id, destination })),
  );
}

type Part =
  | (RouteKey & { readonly what: 'create' | 'replace' | 'remove' | 'none' })
  | (RouteKey & { readonly what: 'conflict'; readonly target: string });

function keyOf({ tableId, destination }: RouteKey): RouteKey {
  return { tableId, destination };
}

function differenceAt(asked: AskedRoutes, table: RouteTable, destination: string): Part {
  const key = { tableId: table.id, destination };
  const obstacle = obstacleTo(destination, writtenRoutes(table));
  if (obstacle === undefined) return { ...key, what: 'create' };
  if (leadsTo([asked.connectionId], obstacle)) return { ...key, what: 'none' };
  if (isLeftover(asked, obstacle) || isDeadEnd(asked, obstacle)) return { ...key, what: 'replace' };
  return { ...key, what: 'conflict', target: obstacle.target?.id ?? 'something else' };
}

function unaskedIn(asked: AskedRoutes, table: RouteTable): readonly Part[] {
  return writtenRoutes(table)
    .filter((route) => leadsTo([asked.connectionId], route) || isLeftover(asked, route))
    .filter(({ destination }) => !asked.destinations.includes(destination))
    .map(({ destination }) => ({ tableId: table.id, destination, what: 'remove' }));
}

/** A propagated route gives way to one that somebody writes: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html */
function writtenRoutes({ routes }: RouteTable): readonly Route[] {
  return routes.filter(
    ({ destinationKind, origin }) => destinationKind === 'cidr' && origin !== 'EnableVgwRoutePropagation',
  );
}

/** What stands where a route would have to: that to the same destination, or else the addresses of the VPC itself. */
function obstacleTo(destination: string, routes: readonly Route[]): Route | undefined {
  const isOwnAddress = (route: Route): boolean =>
    route.target?.id === 'local' && overlaps(cidrOf(route.destination), cidrOf(destination));
  return routes.find((route) => route.destination === destination) ?? routes.find(isOwnAddress);
}

function leadsTo(connectionIds: readonly string[], { target }: Route): boolean {
  return target?.kind === 'vpc-peering-connection' && connectionIds.includes(target.id);
}

/** The peerings of others into which black holes lead where the asked routes would have to stand. */
export function darkPeeringsIn(asked: AskedRoutes, tables: readonly RouteTable[]): readonly string[] {
  const obstacles = tables.flatMap((table) =>
    asked.destinations.flatMap((destination) => obstacleTo(destination, writtenRoutes(table)) ?? []),
  );
  const known = [asked.connectionId, ...asked.formerIds];
  const dark = obstacles.filter((route) => isDark(route) && !leadsTo(known, route));
  return [...new Set(dark.flatMap(({ target }) => target?.id ?? []))];
}

function isDark({ state, target }: Route): boolean {
  return state === 'blackhole' && target?.kind === 'vpc-peering-connection';
}

function isDeadEnd({ endedIds = [] }: AskedRoutes, route: Route): boolean {
  return route.state === 'blackhole' && leadsTo(endedIds, route);
}

function isLeftover({ formerIds }: AskedRoutes, route: Route): boolean {
  return route.state === 'blackhole' && leadsTo(formerIds, route);
}
