/** VPCs and their blocks on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import type { Page } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import { type Ec2Context, PAGE_SIZE, type VpcReadContext, type VpcReader } from './context.ts';
import { questionFromTags, readByQuestions, tagOf } from './filter-question.ts';
import { listedById, readByValues } from './filter.ts';
import type { CidrBlock, Vpc, VpcAttributes, VpcOperations, VpcReadOperations } from './vpc.ts';

const NAMED: Named = { resource: 'VPC', codes: ['InvalidVpcID.NotFound'] };
const NAMED_ASSOCIATION: Named = {
  resource: 'CIDR block association',
  codes: ['InvalidVpcCidrBlockAssociationID.NotFound', 'InvalidVpcCidrBlockAssociationIdError.NotFound'],
};

function cidrBlockFromSdk(association: Sdk.VpcCidrBlockAssociation): CidrBlock {
  return {
    associationId: association.AssociationId ?? '',
    cidr: association.CidrBlock ?? '',
    state: association.CidrBlockState?.State ?? '',
    stateMessage: association.CidrBlockState?.StatusMessage,
  };
}

function vpcFromSdk(vpc: Sdk.Vpc): Vpc {
  return {
    id: vpc.VpcId ?? '',
    state: vpc.State ?? '',
    cidr: vpc.CidrBlock ?? '',
    cidrBlocks: (vpc.CidrBlockAssociationSet ?? []).map(cidrBlockFromSdk),
    dhcpOptionsId: vpc.DhcpOptionsId,
    isDefault: vpc.IsDefault ?? false,
    ownerId: vpc.OwnerId,
    tags: tagsFromSdk(vpc.Tags),
  };
}

export async function readVpc(aws: VpcReader, id: string): Promise<Vpc> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeVpcs', { VpcIds: [id] }));
  return vpcFromSdk(firstOf(NAMED, id, answer.Vpcs));
}

async function readPage(aws: VpcReader, Filters: Sdk.Filter[], token?: string): Promise<Page<Vpc>> {
  const input = { Filters, MaxResults: PAGE_SIZE, ...(token && { NextToken: token }) };
  const { Vpcs = [], NextToken } = await aws.send('DescribeVpcs', input);
  return { items: Vpcs.map(vpcFromSdk), next: NextToken };
}

/** Reads several VPCs by a filter, which, unlike ids, does not fail when one of them is absent. */
export async function readVpcs(aws: VpcReader, ids: readonly string[]): Promise<Listed<Vpc>> {
  return listedById(await readByValues('vpc-id', ids, (filters, token) => readPage(aws, filters, token)));
}

export function findVpcs(aws: VpcReader, questions: readonly string[]): Promise<Listed<readonly Vpc[]>> {
  return readByQuestions(questions, tagOf, (filters, token) => readPage(aws, filters, token));
}

export function vpcReadCalls({ call, shared }: VpcReadContext): VpcReadOperations {
  return {
    describeVpc: (id) => shared.vpcs.ask(id, call),
    findVpcsByName: (name) => shared.vpcQueries.ask(questionFromTags({ Name: name }), call),
    findVpcsByTags: async (tags) => shared.vpcQueries.ask(questionFromTags(tags), call),
  };
}

const SDK_ATTRIBUTES = {
  dnsSupport: { name: 'enableDnsSupport', member: 'EnableDnsSupport' },
  dnsHostnames: { name: 'enableDnsHostnames', member: 'EnableDnsHostnames' },
} as const;

async function readAttribute({ aws }: Ec2Context, vpcId: string, attribute: keyof VpcAttributes): Promise<boolean> {
  const { name, member } = SDK_ATTRIBUTES[attribute];
  const promise = aws.send('DescribeVpcAttribute', { VpcId: vpcId, Attribute: name });
  const { [member]: answer } = await orNotFound(NAMED, vpcId, promise);
  return answered(answer?.Value, { service: 'ec2', operation: 'DescribeVpcAttribute', isRead: true });
}

export function vpcCalls(context: Ec2Context): VpcOperations {
  const { aws } = context;
  return {
    ...vpcReadCalls(context),
    createVpc: async ({ cidr, tags }) => {
      const answer = await aws.send('CreateVpc', {
        CidrBlock: cidr,
        TagSpecifications: [{ ResourceType: 'vpc', Tags: sdkFromTags(tags) }],
      });
      return vpcFromSdk(answered(answer.Vpc, { service: 'ec2', operation: 'CreateVpc' }));
    },
    deleteVpc: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteVpc', { VpcId: id }));
    },
    describeVpcAttributes: async (id) => {
      const [dnsSupport, dnsHostnames] = await Promise.all([
        readAttribute(context, id, 'dnsSupport'),
        readAttribute(context, id, 'dnsHostnames'),
      ]);
      return { dnsSupport, dnsHostnames };
    },
    setVpcAttribute: async (id, attribute, value) => {
      const input = { VpcId: id, [SDK_ATTRIBUTES[attribute].member]: { Value: value } };
      await orNotFound(NAMED, id, aws.send('ModifyVpcAttribute', input));
    },
    associateCidrBlock: async (vpcId, cidr) => {
      const input = { VpcId: vpcId, CidrBlock: cidr };
      const answer = await orNotFound(NAMED, vpcId, aws.send('AssociateVpcCidrBlock', input));
      return cidrBlockFromSdk(
        answered(answer.CidrBlockAssociation, { service: 'ec2', operation: 'AssociateVpcCidrBlock' }),
      );
    },
    disassociateCidrBlock: async (associationId) => {
      const promise = aws.send('DisassociateVpcCidrBlock', { AssociationId: associationId });
      const answer = await orNotFound(NAMED_ASSOCIATION, associationId, promise);
      return cidrBlockFromSdk(
        answered(answer.CidrBlockAssociation, { service: 'ec2', operation: 'DisassociateVpcCidrBlock' }),
      );
    },
  };
}
