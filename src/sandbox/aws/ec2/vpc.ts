import type {
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  Vpc as WireVpc,
} from '@aws-sdk/client-ec2';
import { cidrText } from '../../../util/cidr.ts';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { addVpc } from './additions.ts';
import { assertBelow, dependencyViolation, invalidValue, missingParameter, notFound } from './faults.ts';
import { listed, type FilterTable } from './filters.ts';
import { visible, vpcBy } from './lookup.ts';
import type { Vpc } from './model.ts';
import { ec2Slot } from './state.ts';
import { tagList, tagsFromSpecifications } from './tags.ts';
import { associationsOf, associationView, primaryBlock } from './vpc-cidr-block.ts';
import { vpcBlockFrom } from './vpc-cidr-rules.ts';
import { dependenciesOf } from './vpc-dependencies.ts';
import { deleteRequestsOf } from './vpc-peering/rules.ts';

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

const FILTERS: FilterTable<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: (vpc) => [cidrText(primaryBlock(vpc))],
  'cidr-block-association.association-id': (vpc) => associationsOf(vpc).map(({ id }) => id),
  'cidr-block-association.cidr-block': (vpc) => associationsOf(vpc).map(({ block }) => cidrText(block)),
  'cidr-block-association.state': (vpc) => associationsOf(vpc).map(({ cycle }) => cycle.state),
  'dhcp-options-id': ({ dhcpOptionsId }) => [dhcpOptionsId],
  'is-default': ({ isDefault }) => [String(isDefault)],
  state: ({ cycle }) => [cycle.state],
  // Documented, and matched by no VPC that has IPv4 alone.
  'ipv6-cidr-block-association.association-id': () => [],
  'ipv6-cidr-block-association.ipv6-cidr-block': () => [],
  'ipv6-cidr-block-association.ipv6-pool': () => [],
  'ipv6-cidr-block-association.state': () => [],
};

function describeVpcs(input: DescribeVpcsRequest, { partition }: RequestContext): DescribeVpcsResult {
  const items = visible(partition.get(ec2Slot).vpcs.values(), partition);
  const page = listed(
    {
      items,
      idOf: ({ id }) => id,
      // The owner is the same for all, so it is the one filter that needs the partition.
      table: { ...FILTERS, 'owner-id': () => [partition.account] },
      notFound: notFound('vpc'),
      idsWithoutPages: 'VpcIds',
    },
    { ...input, ids: input.VpcIds },
  );
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

/** What came with the VPC goes with it: its main route table and its default security group. */
function deleteVpc({ VpcId = '' }: DeleteVpcRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const vpc = vpcBy(state, VpcId, partition);
  if (dependenciesOf(vpc, partition).length > 0) {
    throw dependencyViolation(`The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
  }
  for (const items of [state.securityGroups, state.routeTables]) {
    for (const { id, vpcId } of items.values()) if (vpcId === vpc.id) items.delete(id);
  }
  for (const { cycle } of [vpc, ...vpc.associations.values()]) cycle.stop();
  deleteRequestsOf(vpc.id, partition);
  state.vpcs.delete(vpc.id);
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
  ModifyVpcAttribute: modifyVpcAttribute,
  DescribeVpcAttribute: describeVpcAttribute,
};
