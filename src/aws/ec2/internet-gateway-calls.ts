/** Internet gateways on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import type { Page } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import { questionFromTags, readByQuestions, tagOf } from './filter-question.ts';
import { listedById, listedByVpc, readByValues } from './filter.ts';
import type { InternetGateway, InternetGatewayOperations } from './internet-gateway.ts';

const NAMED: Named = { resource: 'internet gateway', codes: ['InvalidInternetGatewayID.NotFound'] };

function internetGatewayFromSdk(gateway: Sdk.InternetGateway): InternetGateway {
  return {
    id: gateway.InternetGatewayId ?? '',
    attachments: (gateway.Attachments ?? []).map(({ VpcId = '', State = '' }) => ({ vpcId: VpcId, state: State })),
    ownerId: gateway.OwnerId,
    tags: tagsFromSdk(gateway.Tags),
  };
}

async function readPage(aws: Ec2Requester, Filters: Sdk.Filter[], token?: string): Promise<Page<InternetGateway>> {
  const input = { Filters, MaxResults: PAGE_SIZE, ...(token && { NextToken: token }) };
  const { InternetGateways = [], NextToken } = await aws.send('DescribeInternetGateways', input);
  return { items: InternetGateways.map(internetGatewayFromSdk), next: NextToken };
}

export async function readInternetGateway(aws: Ec2Requester, id: string): Promise<InternetGateway> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeInternetGateways', { InternetGatewayIds: [id] }));
  return internetGatewayFromSdk(firstOf(NAMED, id, answer.InternetGateways));
}

/** Reads several gateways by a filter, which, unlike ids, does not fail when one of them is absent. */
export async function readInternetGateways(
  aws: Ec2Requester,
  ids: readonly string[],
): Promise<Listed<InternetGateway>> {
  const filter = 'internet-gateway-id';
  return listedById(await readByValues(filter, ids, (filters, token) => readPage(aws, filters, token)));
}

/** Reads the gateways at some VPCs. */
export async function readInternetGatewaysOf(
  aws: Ec2Requester,
  vpcIds: readonly string[],
): Promise<Listed<readonly InternetGateway[]>> {
  const page = (filters: Sdk.Filter[], token?: string): Promise<Page<InternetGateway>> => readPage(aws, filters, token);
  const listed = await readByValues('attachment.vpc-id', vpcIds, page);
  return listedByVpc(vpcIds, listed, ({ attachments }) => attachments.map(({ vpcId }) => vpcId));
}

export function findInternetGateways(
  aws: Ec2Requester,
  questions: readonly string[],
): Promise<Listed<readonly InternetGateway[]>> {
  return readByQuestions(questions, tagOf, (filters, token) => readPage(aws, filters, token));
}

export function internetGatewayCalls({ aws, call, shared }: Ec2Context): InternetGatewayOperations {
  return {
    describeInternetGateway: (id) => shared.internetGateways.ask(id, call),
    findInternetGatewaysByTags: async (tags) => shared.internetGatewayQueries.ask(questionFromTags(tags), call),
    describeInternetGatewaysOf: (vpcId) => shared.internetGatewaysOfVpc.ask(vpcId, call),
    createInternetGateway: async ({ tags }) => {
      const TagSpecifications: Sdk.TagSpecification[] = [{ ResourceType: 'internet-gateway', Tags: sdkFromTags(tags) }];
      const answer = await aws.send('CreateInternetGateway', { TagSpecifications });
      return internetGatewayFromSdk(
        answered(answer.InternetGateway, { service: 'ec2', operation: 'CreateInternetGateway' }),
      );
    },
    attachInternetGateway: async (id, vpcId) => {
      await orNotFound(NAMED, id, aws.send('AttachInternetGateway', { InternetGatewayId: id, VpcId: vpcId }));
    },
    detachInternetGateway: async (id, vpcId) => {
      await orNotFound(NAMED, id, aws.send('DetachInternetGateway', { InternetGatewayId: id, VpcId: vpcId }));
    },
    deleteInternetGateway: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteInternetGateway', { InternetGatewayId: id }));
    },
  };
}
