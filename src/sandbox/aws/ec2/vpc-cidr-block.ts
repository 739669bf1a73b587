import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult,
  VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import { cidrText, contains, type Cidr } from '../../../util/cidr.ts';
import { AwsFault } from '../fault.ts';
import { LifeCycle } from '../life-cycle.ts';
import type { Partition, RequestContext } from '../service.ts';
import { isDoomed } from './doomed.ts';
import { assertBelow, missingParameter } from './faults.ts';
import { vpcBy } from './lookup.ts';
import type { AssociationState, CidrAssociation, Ec2State, RouteTable, Vpc } from './model.ts';
import { ec2Slot } from './state.ts';
import { assertAssociable, vpcBlockFrom } from './vpc-cidr-rules.ts';
import { admitBlock } from './vpc-peering/rules.ts';

export function primaryBlock({ associations, primaryId }: Vpc): Cidr {
  const primary = associations.get(primaryId);
  if (!primary) throw new Error('A VPC has lost its primary block');
  return primary.block;
}

export function associationView({ id, block, cycle }: CidrAssociation): VpcCidrBlockAssociation {
  const isFailed = cycle.state === 'failed';
  return {
    AssociationId: id,
    CidrBlock: cidrText(block),
    CidrBlockState: {
      // `gone` is the moment between the last transition and the end of the record; nobody sees it.
      State: cycle.state === 'gone' ? 'disassociated' : cycle.state,
      ...(isFailed && { StatusMessage: 'The CIDR block could not be associated.' }),
    },
  };
}

export const associationsOf = ({ associations }: Vpc): CidrAssociation[] => [...associations.values()];

function addAssociation(vpc: Vpc, block: Cidr, next: 'associated' | 'failed', partition: Partition): CidrAssociation {
  const id = partition.ids.ec2('vpc-cidr-assoc');
  const transitions = {
    associating: { lastsMs: partition.durationMs('ec2.cidrBlock.associating'), next },
    disassociating: { lastsMs: partition.durationMs('ec2.cidrBlock.disassociating'), next: 'disassociated' },
    // AWS shows a block that has gone, and one that failed, for a while.
    disassociated: { lastsMs: partition.durationMs('ec2.cidrBlock.disassociated'), next: 'gone' },
    failed: { lastsMs: partition.durationMs('ec2.cidrBlock.failed'), next: 'gone' },
  } as const;
  const forgetWhenGone = (state: AssociationState): void => {
    if (state === 'gone') vpc.associations.delete(id);
  };
  const cycle = new LifeCycle<AssociationState>(partition.clock, 'associating', transitions, forgetWhenGone);
  const association = { id, block, cycle };
  vpc.associations.set(id, association);
  return association;
}

function tablesOf({ routeTables }: Ec2State, vpc: Vpc): readonly RouteTable[] {
  return [...routeTables.values()].filter(({ vpcId }) => vpcId === vpc.id);
}

/**
 * A block must not be the same as, or larger than, the destination of a route that the VPC's tables have.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions; it names no code.
 */
function assertNoRouteInside(state: Ec2State, vpc: Vpc, block: Cidr): void {
  const routes = tablesOf(state, vpc).flatMap((table) => [...table.routes.values()]);
  const inside = routes.find(({ destination }) => contains(block, destination));
  if (!inside) return;
  throw new AwsFault(
    'InvalidVpc.Range',
    `The CIDR '${cidrText(block)}' conflicts with a route to ${cidrText(inside.destination)} in a route table of the VPC.`,
  );
}

const LIVING: readonly AssociationState[] = ['associating', 'associated', 'disassociating'];

function associateVpcCidrBlock(
  { VpcId = '', CidrBlock }: AssociateVpcCidrBlockRequest,
  { partition }: RequestContext,
): AssociateVpcCidrBlockResult {
  if (!CidrBlock) throw missingParameter('cidrBlock');
  const state = partition.get(ec2Slot);
  const vpc = vpcBy(state, VpcId, partition);
  const block = vpcBlockFrom(CidrBlock);
  const living = associationsOf(vpc).filter(({ cycle }) => LIVING.includes(cycle.state));
  const existing = living.map((association) => association.block);
  assertAssociable(block, primaryBlock(vpc), existing);
  assertNoRouteInside(state, vpc, block);
  assertBelow(
    living.length,
    partition.quota('ec2.cidrBlocksPerVpc'),
    'CidrLimitExceeded',
    `This network '${vpc.id}' has met its maximum number of allowed CIDRs`,
  );
  admitBlock(block, vpc.id, partition);
  const next = isDoomed(state, partition, 'ec2.failingCidrAssociations') ? 'failed' : 'associated';
  const association = addAssociation(vpc, block, next, partition);
  return { VpcId: vpc.id, CidrBlockAssociation: associationView(association) };
}

function disassociateVpcCidrBlock(
  { AssociationId = '' }: DisassociateVpcCidrBlockRequest,
  { partition }: RequestContext,
): DisassociateVpcCidrBlockResult {
  const state = partition.get(ec2Slot);
  const vpc = [...state.vpcs.values()].find(({ associations }) => associations.has(AssociationId));
  const association = vpc?.associations.get(AssociationId);
  if (!vpc || association?.cycle.state !== 'associated') {
    throw new AwsFault(
      'InvalidVpcCidrBlockAssociationID.NotFound',
      `The vpc CIDR block association ID '${AssociationId}' does not exist`,
    );
  }
  assertRemovable(state, vpc, association);
  association.cycle.enter('disassociating');
  // The local route to the block goes, wherever it leads by now.
  for (const table of tablesOf(state, vpc)) table.routes.delete(cidrText(association.block));
  return { VpcId: vpc.id, CidrBlockAssociation: associationView(association) };
}

function assertRemovable(state: Ec2State, vpc: Vpc, { id, block }: CidrAssociation): void {
  if (id === vpc.primaryId) {
    throw new AwsFault(
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    );
  }
  const subnet = [...state.subnets.values()].find((one) => one.vpcId === vpc.id && contains(block, one.block));
  if (!subnet) return;
  throw new AwsFault(
    'InvalidCidrBlock.InUse',
    `The vpc ${vpc.id} currently has a subnet within CIDR block ${cidrText(block)}`,
  );
}

export const vpcCidrBlockOperations = {
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
};
