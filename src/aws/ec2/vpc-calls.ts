/** VPCs and their blocks on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import { readPages } from '../paging.ts';
import { tagsFromSdk } from '../tags.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import { readByValues } from './filter.ts';
import type { CidrBlock, Vpc, VpcOperations } from './vpc.ts';

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
    isDefault: vpc.IsDefault ?? false,
    ownerId: vpc.OwnerId,
    tags: tagsFromSdk(vpc.Tags),
  };
}

export async function readVpc(aws: Ec2Requester, id: string): Promise<Vpc> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeVpcs', { VpcIds: [id] }));
  return vpcFromSdk(firstOf(NAMED, id, answer.Vpcs));
}

/** Reads several VPCs by a filter, which, unlike ids, does not fail when one of them is absent. */
export async function readVpcs(aws: Ec2Requester, ids: readonly string[]): Promise<Listed<Vpc>> {
  const { items, requests } = await readByValues('vpc-id', ids, async (Filters, NextToken) => {
    const page = await aws.send('DescribeVpcs', { Filters, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) });
    return { items: page.Vpcs, next: page.NextToken };
  });
  return { answers: new Map(items.map(vpcFromSdk).map((vpc) => [vpc.id, vpc])), requests };
}

export function vpcCalls({ aws, call, shared }: Ec2Context): VpcOperations {
  return {
    describeVpc: (id) => shared.vpcs.ask(id, call),
    findVpcsByName: async (name) => {
      const Filters = [{ Name: 'tag:Name', Values: [name] }];
      const { items } = await readPages(async (NextToken) => {
        const page = await aws.send('DescribeVpcs', {
          Filters,
          MaxResults: PAGE_SIZE,
          ...(NextToken && { NextToken }),
        });
        return { items: page.Vpcs, next: page.NextToken };
      });
      // A filter knows `*` and `?`; a name means itself only.
      return items.map(vpcFromSdk).filter((vpc) => vpc.tags['Name'] === name);
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
