import { cidrText } from '../../../../util/cidr.ts';
import type { Partition } from '../../service.ts';
import type { Ec2State, Route, RouteTable, RouteTableAssociation } from '../model.ts';

/** Makes a route table that no subnet has yet. */
export function addRouteTable(
  state: Ec2State,
  { clock, ids }: Partition,
  asked: Pick<RouteTable, 'vpcId' | 'tags' | 'clientToken'>,
): RouteTable {
  const table: RouteTable = {
    ...asked,
    id: ids.ec2('rtb'),
    createdAtMs: clock.now(),
    routes: new Map(),
    associations: new Map(),
  };
  state.routeTables.set(table.id, table);
  return table;
}

/** Without a subnet the table becomes the main one; whoever was it before has to lose that by itself. */
export function addAssociation(
  table: RouteTable,
  { ids }: Partition,
  subnetId: string | undefined,
): RouteTableAssociation {
  const association: RouteTableAssociation = { id: ids.ec2('rtbassoc'), subnetId };
  table.associations.set(association.id, association);
  return association;
}

export function putRoute({ routes }: RouteTable, route: Route): void {
  routes.set(cidrText(route.destination), route);
}
