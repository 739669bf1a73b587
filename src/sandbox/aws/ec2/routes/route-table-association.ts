import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { missingParameter, notSimulated } from '../faults.ts';
import { routeTableBy, subnetBy } from '../lookup.ts';
import type { Ec2State, RouteTable, RouteTableAssociation, Subnet } from '../model.ts';
import { addAssociation } from './route-table-additions.ts';
import { isMain } from './route-table-view.ts';
import { ec2Slot } from '../state.ts';

const ASSOCIATED = { State: 'associated' } as const;

interface Found {
  readonly table: RouteTable;
  readonly association: RouteTableAssociation;
}

function all({ routeTables }: Ec2State): readonly Found[] {
  return [...routeTables.values()].flatMap((table) =>
    [...table.associations.values()].map((association) => ({ table, association })),
  );
}

function associationBy(state: Ec2State, id: string): Found {
  const found = all(state).find(({ association }) => association.id === id);
  if (found) return found;
  throw new AwsFault('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
}

function assertSameVpc(table: RouteTable, vpcId: string, other: string): void {
  if (table.vpcId === vpcId) return;
  throw new AwsFault('InvalidParameterValue', `route table ${table.id} and ${other} belong to different networks`);
}

/** Safe to repeat with the same table; another one has to replace the first. */
function associate(state: Ec2State, partition: Partition, table: RouteTable, subnet: Subnet): RouteTableAssociation {
  const existing = all(state).find(({ association }) => association.subnetId === subnet.id);
  if (!existing) return addAssociation(table, partition, subnet.id);
  if (existing.table === table) return existing.association;
  throw new AwsFault(
    'Resource.AlreadyAssociated',
    `the specified association for route table ${table.id} conflicts with an existing association`,
  );
}

function associateRouteTable(
  input: AssociateRouteTableRequest,
  { partition }: RequestContext,
): AssociateRouteTableResult {
  if (input.GatewayId) throw notSimulated('route tables of gateways');
  if (!input.SubnetId) throw missingParameter('subnetId or gatewayId');
  const state = partition.get(ec2Slot);
  const table = routeTableBy(state, input.RouteTableId ?? '', partition);
  const subnet = subnetBy(state, input.SubnetId, partition);
  assertSameVpc(table, subnet.vpcId, `subnet ${subnet.id}`);
  return { AssociationId: associate(state, partition, table, subnet).id, AssociationState: ASSOCIATED };
}

function disassociateRouteTable(
  { AssociationId = '' }: DisassociateRouteTableRequest,
  { partition }: RequestContext,
): void {
  const { table, association } = associationBy(partition.get(ec2Slot), AssociationId);
  if (isMain(association)) {
    const message = `cannot disassociate the main route table association ${association.id}`;
    throw new AwsFault('InvalidParameterValue', message);
  }
  table.associations.delete(association.id);
}

/** Also how another table becomes the main one: the association of the main one is replaced. */
function replaceRouteTableAssociation(
  input: ReplaceRouteTableAssociationRequest,
  { partition }: RequestContext,
): ReplaceRouteTableAssociationResult {
  const state = partition.get(ec2Slot);
  const next = routeTableBy(state, input.RouteTableId ?? '', partition);
  const { table, association } = associationBy(state, input.AssociationId ?? '');
  assertSameVpc(next, table.vpcId, `route table ${table.id}`);
  table.associations.delete(association.id);
  const { id } = addAssociation(next, partition, association.subnetId);
  return { NewAssociationId: id, AssociationState: ASSOCIATED };
}

export const routeTableAssociationOperations = {
  AssociateRouteTable: associateRouteTable,
  DisassociateRouteTable: disassociateRouteTable,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
};
