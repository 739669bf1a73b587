import type { Route, RouteTable, RouteTarget, Tags } from '../../src/aws/index.ts';

/** A route that somebody wrote; to a peering unless asked otherwise. */
export function aRoute(
  destination: string,
  targetId: string,
  {
    kind = 'vpc-peering-connection',
    state = 'active',
    origin = 'CreateRoute',
  }: Partial<Pick<RouteTarget, 'kind'> & Pick<Route, 'state' | 'origin'>> = {},
): Route {
  return { destination, destinationKind: 'cidr', target: { kind, id: targetId }, state, origin };
}

export function aRouteTable(id: string, routes: readonly Route[], tags: Tags = {}): RouteTable {
  return { id, vpcId: 'vpc-1', isMain: false, subnetIds: [], routes, ownerId: '123456789012', tags };
}
