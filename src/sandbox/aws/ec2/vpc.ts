import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult,
  ModifyVpcAttributeRequest,
  Vpc as WireVpc,
  VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import { cidrText, contains, type Cidr } from '../../../util/cidr.ts';
import { AwsFault } from '../fault.ts';
import { LifeCycle } from '../life-cycle.ts';
import type { Partition, RequestContext } from '../service.ts';
import { addVpc } from './additions.ts';
import { assertBelow, dependencyViolation, invalidValue, missingParameter, notFound } from './faults.ts';
import { listed, type FilterTable } from './filters.ts';
import { visible, vpcBy } from './lookup.ts';
import type { AssociationState, CidrAssociation, Ec2State, Vpc } from './model.ts';
import { ec2Slot } from './state.ts';
import { tagList, tagsFromSpecifications } from './tags.ts';
import { assertAssociable, vpcBlockFrom } from './vpc-cidr-rules.ts';

function primaryBlock({ associations, primaryId }: Vpc): Cidr {
  const primary = associations.get(primaryId);
  if (!primary) throw new Error('A VPC has lost its primary block');
  return primary.block;
}

function associationView({ id, block, cycle }: CidrAssociation): VpcCidrBlockAssociation {
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

function vpcView(vpc: Vpc, { account }: Partition): WireVpc {
  return {
    VpcId: vpc.id,
    OwnerId: account,
    State: vpc.cycle.state,
    InstanceTenancy: 'default',
    DhcpOptionsId: vpc.dhcpOptionsId,
    IsDefault: vpc.isDefault,
    CidrBlock: cidrText(primaryBlock(vpc)),
    CidrBlockAssociationSet: [...vpc.associations.values()].map(associationView),
    Tags: tagList(vpc.tags),
  };
}

const associationsOf = ({ associations }: Vpc): CidrAssociation[] => [...associations.values()];

const FILTERS: FilterTable<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: (vpc) => [cidrText(primaryBlock(vpc))],
  'cidr-block-association.association-id': (vpc) => associationsOf(vpc).map(({ id }) => id),
  'cidr-block-association.cidr-block': (vpc) => associationsOf(vpc).map(({ block }) => cidrText(block)),
  'cidr-block-association.state': (vpc) => associationsOf(vpc).map(({ cycle }) => cycle.state),
  'dhcp-options-id': ({ dhcpOptionsId }) => [dhcpOptionsId],
  'is-default': ({ isDefault }) => [String(isDefault)],
  state: ({ cycle }) => [cycle.state],
};

function describeVpcs(input: DescribeVpcsRequest, { partition }: RequestContext): DescribeVpcsResult {
  const items = visible(partition.get(ec2Slot).vpcs.values(), partition);
  const listing = { items, idOf: ({ id }: Vpc) => id, table: FILTERS, notFound: notFound('vpc') };
  // The owner is the same for all, so it is the one filter that needs the partition.
  const table = { ...FILTERS, 'owner-id': () => [partition.account] };
  const page = listed({ ...listing, table }, { ...input, ids: input.VpcIds });
  return { Vpcs: page.items.map((vpc) => vpcView(vpc, partition)), NextToken: page.next };
}

function createVpc(input: CreateVpcRequest, { partition }: RequestContext): CreateVpcResult {
  if (!input.CidrBlock) throw missingParameter('cidrBlock');
  const block = vpcBlockFrom(input.CidrBlock);
  const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc');
  const state = partition.get(ec2Slot);
  const limit = partition.quota('ec2.vpcsPerRegion');
  assertBelow(state.vpcs.size, limit, 'VpcLimitExceeded', 'The maximum number of VPCs has been reached');
  return { Vpc: vpcView(addVpc(state, partition, { block, isDefault: false, tags }, 'pending'), partition) };
}

function deleteVpc({ VpcId = '' }: DeleteVpcRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const { id } = vpcBy(state, VpcId, partition);
  const hasSubnets = [...state.subnets.values()].some(({ vpcId }) => vpcId === id);
  const groups = [...state.securityGroups.values()].filter(({ vpcId }) => vpcId === id);
  if (hasSubnets || groups.some(({ name }) => name !== 'default')) {
    throw dependencyViolation(`The vpc '${id}' has dependencies and cannot be deleted.`);
  }
  for (const group of groups) state.securityGroups.delete(group.id);
  for (const { id: tableId, vpcId } of state.routeTables.values()) if (vpcId === id) state.routeTables.delete(tableId);
  for (const { cycle } of state.vpcs.get(id)?.associations.values() ?? []) cycle.stop();
  state.vpcs.delete(id);
}

/** True for the first associations of a partition, as many as the world wants to fail. */
function isToFail(state: Ec2State, partition: Partition): boolean {
  if (state.failedAssociations >= partition.quota('ec2.failingCidrAssociations')) return false;
  state.failedAssociations++;
  return true;
}

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
  assertBelow(
    living.length,
    partition.quota('ec2.cidrBlocksPerVpc'),
    'CidrLimitExceeded',
    `This network '${vpc.id}' has met its maximum number of allowed CIDRs`,
  );
  const next = isToFail(state, partition) ? 'failed' : 'associated';
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

/** AWS takes one attribute a call. */
function modifyVpcAttribute(input: ModifyVpcAttributeRequest, { partition }: RequestContext): void {
  const { attributes } = vpcBy(partition.get(ec2Slot), input.VpcId ?? '', partition);
  const { EnableDnsHostnames, EnableDnsSupport } = input;
  if (EnableDnsHostnames && EnableDnsSupport) {
    throw new AwsFault('InvalidParameterCombination', 'Fields for multiple attribute types specified');
  }
  if (EnableDnsHostnames) attributes.enableDnsHostnames = EnableDnsHostnames.Value ?? false;
  if (EnableDnsSupport) attributes.enableDnsSupport = EnableDnsSupport.Value ?? false;
}

function describeVpcAttribute(
  { VpcId = '', Attribute }: DescribeVpcAttributeRequest,
  { partition }: RequestContext,
): DescribeVpcAttributeResult {
  const { id, attributes } = vpcBy(partition.get(ec2Slot), VpcId, partition);
  if (Attribute === 'enableDnsHostnames')
    return { VpcId: id, EnableDnsHostnames: { Value: attributes.enableDnsHostnames } };
  if (Attribute === 'enableDnsSupport') return { VpcId: id, EnableDnsSupport: { Value: attributes.enableDnsSupport } };
  throw invalidValue('attribute', Attribute ?? '');
}

export const vpcOperations = {
  DescribeVpcs: describeVpcs,
  CreateVpc: createVpc,
  DeleteVpc: deleteVpc,
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
  ModifyVpcAttribute: modifyVpcAttribute,
  DescribeVpcAttribute: describeVpcAttribute,
};
